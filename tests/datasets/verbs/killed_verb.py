"""`VERB DOING COUNT {paths}`: a verb of `pool.py` that is killed when so many items of one kind are behind it."""

import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path


def main(verb, doing_what, count, options):
    def track(items, doing, total=None):
        del total
        for number, item in enumerate(items):
            if doing == doing_what and number == int(count):
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

    given = {name: Path(value) if isinstance(value, str) else value for name, value in json.loads(options).items()}
    import_module(f"datasets.verbs.{verb}").run(**given, track=track)


main(*sys.argv[1:])
