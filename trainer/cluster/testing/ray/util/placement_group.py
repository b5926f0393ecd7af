from . import CPUS


class Group:
    def __init__(self, fits):
        self.fits = fits

    def ready(self):
        return True if self.fits else None


def placement_group(bundles, strategy):
    assert strategy in ("PACK", "SPREAD")
    return Group(sum(bundle.get("CPU", 0) for bundle in bundles) <= CPUS and not any("GPU" in b for b in bundles))
