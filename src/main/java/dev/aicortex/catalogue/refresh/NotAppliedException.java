package dev.aicortex.catalogue.refresh;

/** The volume stays as it is; the message says why and what to do. */
public final class NotAppliedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean outdated;

    private NotAppliedException(String message, boolean outdated) {
        super(message);
        this.outdated = outdated;
    }

    static NotAppliedException outdated() {
        return new NotAppliedException(
                "the catalogue has changed since it was resolved; nothing was applied, run it again",
                true);
    }

    static NotAppliedException loss(long lost, long all, double limit) {
        return new NotAppliedException(
                "%d of %d models would have no server any more, above cortex.refresh.max-loss (%s); nothing was applied: look at the servers, or allow it once with --max-loss 1"
                        .formatted(lost, all, limit),
                false);
    }

    /** Whether doing it again from the start helps. */
    public boolean isOutdated() {
        return outdated;
    }
}
