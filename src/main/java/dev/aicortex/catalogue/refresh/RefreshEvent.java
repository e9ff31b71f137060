package dev.aicortex.catalogue.refresh;

/** What those who follow a refresh are told. */
public sealed interface RefreshEvent {
    /** A step has come further. */
    record At(Step step, int done, int total) implements RefreshEvent {}

    /** It came to its end. */
    record Finished(Refresh.Report report) implements RefreshEvent {}

    /** Another process is at it; this one takes over what that one finds. */
    record Skipped(String reason) implements RefreshEvent {}

    /** It did not come to its end; the old catalogue counts. */
    record Failed(String reason) implements RefreshEvent {}
}
