"""A caching policy: hold the sub-graph of the sub-network that was served, where there is one of its name."""
from umemaki.policy import Hold, Policy, Served, main


class LastServed(Policy):
    def served(self, event: Served) -> Hold:
        names = {graph.name for graph in self.profile.subgraphs}
        return Hold(event.subnet if event.subnet in names else event.subgraph)


if __name__ == "__main__":
    main(LastServed)
