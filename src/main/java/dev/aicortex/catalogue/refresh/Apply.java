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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Step 4: makes a resolution the volume's next generation, all or nothing. Nothing is written when
 * nothing differs, when too much would be lost, or when the volume has changed since.
 */
public final class Apply {
    private final Volume volume;
    private final Disk disk;
    private final Options options;
    private final Clock clock;

    /**
     * How to apply.
     *
     * @param dryRun tells what would change and writes nothing
     * @param backup keeps a copy of the generation that is replaced, for good
     * @param maxLoss the share of the models that may lose their last server, 0 to 1
     * @param keep how many generations are kept
     */
    public record Options(boolean dryRun, boolean backup, double maxLoss, int keep) {}

    public Apply(Volume volume, Disk disk, Options options, Clock clock) {
        this.volume = volume;
        this.disk = disk;
        this.options = options;
        this.clock = clock;
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
        if (options.dryRun()) {
            return dryRun(resolution);
        }
        Volume.Content old = base(resolution);
        List<Family> families = resolution.families();
        List<Change> changes = Change.between(old.families(), families);
        guardAgainstLoss(old.families(), families);
        lease.renew();
        boolean differs = !families.equals(written(old)) || volume.edited(old.generation());
        String generation = differs ? publish(families, old) : old.generation();
        volume.refreshed(clock.instant());
        return new Applied(changes, generation, differs);
    }

    /** What the generation says without the files that people put beside it. */
    private List<Family> written(Volume.Content old) throws IOException {
        return old.generation().isEmpty()
                ? List.of()
                : volume.generation(old.generation(), new ArrayList<>());
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

    private void guardAgainstLoss(List<Family> before, List<Family> after)
            throws NotAppliedException {
        Map<ModelName, Model> now = Change.byName(after);
        List<ModelName> held =
                Change.byName(before).entrySet().stream()
                        .filter(entry -> !entry.getValue().servers().isEmpty())
                        .map(Map.Entry::getKey)
                        .toList();
        long lost =
                held.stream()
                        .filter(name -> !now.containsKey(name) || serverless(now.get(name)))
                        .count();
        refuseAbove(lost, held.size());
        Map<ModelName, Model> then = Change.byName(before);
        refuseAbove(
                then.keySet().stream().filter(name -> !now.containsKey(name)).count(), then.size());
    }

    private void refuseAbove(long lost, int all) throws NotAppliedException {
        if (lost > options.maxLoss() * all) {
            throw NotAppliedException.loss(lost, all, options.maxLoss());
        }
    }

    private static boolean serverless(Model model) {
        return model.servers().isEmpty();
    }
}
