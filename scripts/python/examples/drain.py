"""The most accurate sub-network with which all that waits is served by the earliest deadline.

What `workloads/policies/drain.py` decides, as a class.
"""
from umemaki.policy import Choose, Policy, Snapshot, main


class Drain(Policy):
    def decide(self, ask: Snapshot) -> Choose:
        slack = ask.slack_ps * self.options.get("margin", 1)
        # The devices that are up share the queue.
        share = -(-ask.waiting // ask.up)
        best = None
        for subnet, latencies in self.profile.column(ask.held):
            for batch, latency in zip(self.profile.batches, latencies):
                rank = (subnet.accuracy, -latency / min(batch, ask.waiting))
                if -(-share // batch) * latency <= slack and (best is None or rank > best[0]):
                    best = (rank, subnet.name, batch)
        if best is None:
            return Choose(self.profile.fastest(ask.held, batch=-1), batch=self.profile.batches[-1])
        return Choose(best[1], batch=best[2])


if __name__ == "__main__":
    main(Drain)
