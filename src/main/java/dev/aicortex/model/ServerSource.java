package dev.aicortex.model;

import java.util.List;

/**
 * Tells of Ollama servers that no configuration names. Another jar may bring one, as a CDI bean or
 * as a {@link java.util.ServiceLoader} service; its servers join the fleet at its start and are
 * checked by every refresh of the catalogue.
 */
public interface ServerSource {
    /** What logs call it. */
    String name();

    /** The servers that it knows of now; may block, must not fail for want of any. */
    List<ServerUrl> servers();
}
