package dev.aicortex.config;

/** What becomes of a model whose tag has different contents on different servers. */
public enum MixedDigests {
    /** One content is served; another one only when no server of the first can be asked. */
    FALL_OVER,
    /** One content is served, and no other. */
    NEVER,
    /** They are taken for one model. */
    ANY
}
