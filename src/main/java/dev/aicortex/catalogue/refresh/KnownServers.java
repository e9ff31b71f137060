package dev.aicortex.catalogue.refresh;

import dev.aicortex.model.ServerUrl;
import java.util.List;

/** The servers that the running fleet has. */
@FunctionalInterface
public interface KnownServers {
    /** Each with its credentials. */
    List<ServerUrl> servers();
}
