"""Reads an exchange with threatexchange's own client and prints what it found, one JSON object.

usage: peers_read.py ncmec BASE FROM TO | stopncii BASE FROM
"""

import json
import sys
from types import SimpleNamespace

from threatexchange.exchanges.clients.ncmec.hash_api import NCMECHashAPI
from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI


def read_ncmec(base, start, end):
    environment = SimpleNamespace(value=base)
    api = NCMECHashAPI("synthetic", "password", environment)
    found = {}
    for page in api.get_entries_iter(start_timestamp=start, end_timestamp=end):
        for entry in page.updates:
            found[f"{entry.member_id}-{entry.id}"] = None if entry.deleted else {
                "classification": entry.classification,
                "hashes": sorted(f"{kind}:{value}" for kind, value in entry.fingerprints.items()),
                "medium": entry.entry_type.value,
            }
    return found


def read_stopncii(base, start):
    api = StopNCIIAPI("synthetic-subscription", "synthetic-fetch", base_url_override=base)
    found = {}
    for page in api.fetch_hashes_iter(start_timestamp=start):
        for record in page.hashRecords:
            found[f"{record.signalType.value}:{record.hashValue}"] = record.hashStatus.value
    return found


kind, base, *times = sys.argv[1:]
times = [int(time) for time in times]
print(json.dumps(read_ncmec(base, *times) if kind == "ncmec" else read_stopncii(base, *times)))
