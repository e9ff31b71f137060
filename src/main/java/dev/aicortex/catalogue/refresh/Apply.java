package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Generations;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.model.ModelName;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Step 4: makes a resolution the volume's next generation, all or nothing. Nothing is written when
 * nothing differs, when too much would be lost, or when the volume has changed since.
 */
public record Apply(Volume volume, Disk disk, Options options, Clock clock) {
    /**
     * How to apply.
     *
     * @param dryRun tells what would change and writes nothing
     * @param backup keeps a copy of the generation that is replaced, for good
     * @param maxLoss the share of the models that may lose their last server, 0 to 1
     * @param keep how many generations are kept
     */
    public record Options(boolean dryRun, boolean backup, double maxLoss, int keep) {}

    /**
     * What the last step did, or on a dry run would have done.
     *
     * @param generation the one that counts now; empty when there is none yet
     * @param written whether it is a new one; none is written when nothing differs
     */
    public record Applied(List<Change> changes, String generation, boolean written) {
        public long added() {
            return count(Change.Kind.ADDED);
        }

        public long changed() {
            return count(Change.Kind.CHANGED);
        }

        public long removed() {
            return count(Change.Kind.REMOVED);
        }

        private long count(Change.Kind kind) {
            return changes.stream().filter(change -> change.kind() == kind).count();
        }
    }

    /** The volume stays as it is; the message says why and what to do. */
    public static final class NotAppliedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean outdated;

        private NotAppliedException(String message, boolean outdated) {
            super(message);
            this.outdated = outdated;
        }

        private static NotAppliedException outdated() {
            return new NotAppliedException(
                    "the catalogue has changed since it was resolved; nothing was applied, run it again",
                    true);
        }

        /** Whether doing it again from the start helps. */
        public boolean isOutdated() {
            return outdated;
        }
    }

    /** What {@link #run} would change; it only reads, so it needs no lease. */
    public Applied dryRun(Resolution resolution) throws IOException, NotAppliedException {
        Volume.Content old = base(resolution);
        List<Change> changes = Change.between(old.families(), resolution.families());
        return new Applied(changes, old.generation(), false);
    }

    /** The volume as it was resolved against. */
    private Volume.Content base(Resolution resolution) throws IOException, NotAppliedException {
        Volume.Content content = volume.read();
        if (!content.version().equals(resolution.base())) {
            throw NotAppliedException.outdated();
        }
        return content;
    }

    /**
     * Applies.
     *
     * @param lease the right to change the volume, still held
     * @throws IOException when the volume cannot be written; the old catalogue counts
     */
    public Applied run(Resolution resolution, Lease lease)
            throws IOException, NotAppliedException, Lease.HeldException {
        Volume.Content old = base(resolution);
        List<Family> families = resolution.families();
        guardAgainstLoss(Family.byName(old.families()), Family.byName(families));
        lease.renew();
        // What the generation says without the files that people put beside it.
        List<Family> written =
                old.generation().isEmpty() ? List.of() : volume.generation(old.generation());
        boolean differs = !families.equals(written) || volume.edited(old.generation());
        String generation = differs ? publish(families, old) : old.generation();
        volume.refreshed(clock.instant());
        return new Applied(Change.between(old.families(), families), generation, differs);
    }

    private String publish(List<Family> families, Volume.Content old)
            throws IOException, NotAppliedException {
        Generations generations = new Generations(volume, disk);
        if (options.backup()) {
            generations.backup();
        }
        String generation =
                generations.publish(families, old).orElseThrow(NotAppliedException::outdated);
        generations.prune(options.keep());
        return generation;
    }

    private void guardAgainstLoss(Map<ModelName, Model> before, Map<ModelName, Model> after)
            throws NotAppliedException {
        List<Model> held = before.values().stream().filter(Apply::served).toList();
        refuseAbove(
                held.stream().filter(model -> !served(after.get(model.key()))).count(),
                held.size());
        refuseAbove(
                before.keySet().stream().filter(name -> !after.containsKey(name)).count(),
                before.size());
    }

    private static boolean served(@Nullable Model model) {
        return model != null && !model.servers().isEmpty();
    }

    private void refuseAbove(long lost, int all) throws NotAppliedException {
        if (lost > options.maxLoss() * all) {
            throw new NotAppliedException(
                    "%d of %d models would have no server any more, above cortex.refresh.max-loss (%s); nothing was applied: look at the servers, or allow it once with --max-loss 1"
                            .formatted(lost, all, options.maxLoss()),
                    false);
        }
    }
}
