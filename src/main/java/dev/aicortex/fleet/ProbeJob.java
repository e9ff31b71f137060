package dev.aicortex.fleet;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps the snapshot fresh in the background, so that no request waits for a dead server. */
@ApplicationScoped
class ProbeJob {
    private final Fleet fleet;

    ProbeJob(Fleet fleet) {
        this.fleet = fleet;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void probeDue() {
        fleet.probeDue();
    }
}
