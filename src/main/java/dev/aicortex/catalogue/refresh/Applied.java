package dev.aicortex.catalogue.refresh;

import java.util.List;

/**
 * What the last step did, or on a dry run would have done.
 *
 * @param generation the one that counts now; empty when there is none yet
 * @param written whether it is a new one; none is written when nothing differs
 */
public record Applied(List<Change> changes, String generation, boolean written) {
    public Applied {
        changes = List.copyOf(changes);
    }

    public long added() {
        return Change.count(changes, Change.Kind.ADDED);
    }

    public long changed() {
        return Change.count(changes, Change.Kind.CHANGED);
    }

    public long removed() {
        return Change.count(changes, Change.Kind.REMOVED);
    }
}
