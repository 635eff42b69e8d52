#!/bin/sh
# Make the secrets of docker-compose.yml that are not there yet, each a file in secrets/ beside it.
#
# The folder is its owner's alone. The files can be read by the users inside the containers, who get each its own.
set -eu
cd "${1:-$(dirname "$0")/..}"
mkdir -p secrets
chmod 700 secrets
cd secrets

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

keep() {
    [ -e "$1" ] || cat > "$1"
    chmod 644 "$1"
}

random | keep secret_key
random | keep postgres_password
random | keep metrics_token
printf 'postgresql://marketplace:%s@postgres/marketplace' "$(cat postgres_password)" | keep database_url
# How mail is sent, see MAIL_URL in docs/settings.md; it may hold a password.
printf 'console:' | keep mail_url
