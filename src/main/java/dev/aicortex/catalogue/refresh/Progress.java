package dev.aicortex.catalogue.refresh;

/** Who wants to know how far a refresh is. Called from several threads. */
@FunctionalInterface
public interface Progress {
    /** Nobody does. */
    Progress NONE = (_, _, _) -> {};

    /**
     * A step has come further.
     *
     * @param done of {@code total} servers, models or families
     */
    void at(Step step, int done, int total);
}
