#!/usr/bin/env bash
# Make the key the product uses Elasticsearch with, unless the one that is there is still accepted. It may do anything
# with the indexes of the product and nothing else. Runs as root in the image of Elasticsearch; the product is user 10001.
set -euo pipefail
umask 077
certificates=${CERTIFICATES:-/certificates}
access=${ACCESS:-/access}
server=${SERVER:-https://elasticsearch:9200}

# What is asked with comes on standard input, so that no list of processes shows it.
ask() {
    curl --silent --show-error --fail --retry 5 --retry-connrefused --cacert "$certificates/ca.crt" --config - "$@"
}

install -m 444 "$certificates/ca.crt" "$access/ca.crt"
if [[ -s $access/api_key ]] &&
    printf 'header = "Authorization: ApiKey %s"\n' "$(< "$access/api_key")" |
    ask --output /dev/null "$server/_security/_authenticate"; then
    exit
fi

answer=$(
    printf 'user = "elastic:%s"\n' "$(< "$certificates/password")" |
        ask --header 'Content-Type: application/json' --data '{
            "name": "marketplace",
            "role_descriptors": {"marketplace": {
                "cluster": ["monitor"],
                "indices": [{"names": ["marketplace-*"], "privileges": ["manage", "read", "write"]}]
            }}
        }' "$server/_security/api_key"
)
key=$(sed -n 's/.*"encoded" *: *"\([^"]*\)".*/\1/p' <<< "$answer")
if [[ -z $key ]]; then
    echo "Elasticsearch gave no key: $answer" >&2
    exit 1
fi
printf '%s' "$key" > "$access/api_key.new"
chown 10001 "$access/api_key.new"
chmod 400 "$access/api_key.new"
mv "$access/api_key.new" "$access/api_key"
