package dev.aicortex.routing;

/** What a request may do now. */
public sealed interface Going {
    /**
     * It goes to a server that has a place for it.
     *
     * @param index of the candidate
     */
    record To(int index) implements Going {}

    /**
     * It waits until a place is free.
     *
     * @param index of the candidate that it waits for
     */
    record Waits(int index) implements Going {}

    /** There is no server that it may go to. */
    record Nowhere() implements Going {}
}
