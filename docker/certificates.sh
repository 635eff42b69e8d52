#!/usr/bin/env bash
# Make, once, what the nodes of Elasticsearch need: an authority of their own, a certificate for each, the password of
# the user elastic. Runs as root in the image of Elasticsearch; the nodes run as user 1000 of group 0.
set -euo pipefail
umask 077
cd /usr/share/elasticsearch
kept=${KEPT:-/certificates}
nodes=(elasticsearch elasticsearch-2 elasticsearch-3)

chown 1000:0 /snapshots
if [[ -s $kept/ca.crt ]]; then
    exit
fi

made=$(mktemp -d)
{
    echo instances:
    for node in "${nodes[@]}"; do
        printf -- '- name: %s\n  dns: [%s, localhost]\n  ip: [127.0.0.1]\n' "$node" "$node"
    done
} > "$made/nodes.yml"
bin/elasticsearch-certutil ca --silent --pem --days 3650 --out "$made/authority.zip"
unzip -q "$made/authority.zip" -d "$made"
bin/elasticsearch-certutil cert --silent --pem --days 3650 --in "$made/nodes.yml" \
    --ca-cert "$made/ca/ca.crt" --ca-key "$made/ca/ca.key" --out "$made/nodes.zip"
unzip -q "$made/nodes.zip" -d "$made"

for node in "${nodes[@]}"; do
    install -o 1000 -g 0 -m 400 "$made/$node/$node.key" "$made/$node/$node.crt" "$kept"
done
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "$made/password"
install -o 1000 -g 0 -m 400 "$made/password" "$kept"
# With the key of the authority, which only root reads, a certificate for another node can be made.
install -o 0 -g 0 -m 400 "$made/ca/ca.key" "$kept"
chmod 755 "$kept"
# Last, because it says that everything is there.
install -o 0 -g 0 -m 444 "$made/ca/ca.crt" "$kept"
rm -rf "$made"
