package dev.aicortex.catalogue.refresh;

import java.util.List;

/**
 * A step that another jar brings, as a CDI bean or as a {@link java.util.ServiceLoader} service
 * (commands know the latter alone). It stands after the built-in step whose records it takes, and
 * gives records of the same kind; what it leaves alone it returns as it came.
 */
public interface RefreshStep {
    /** After the check: may drop servers, or add some. */
    default List<CheckedServer> afterCheck(List<CheckedServer> servers) {
        return servers;
    }

    /** After the fetch: may correct what servers tell, or hide models. */
    default List<FetchedServer> afterFetch(List<FetchedServer> servers) {
        return servers;
    }

    /** After the merge: may describe and tag models. */
    default Resolution afterResolve(Resolution resolution) {
        return resolution;
    }
}
