package dev.aicortex.fleet;

/** Real traffic found a server at fault. Never for a client that left, nor for a wrong request. */
public enum Strike {
    /** Refused or reset connection: a probe that succeeds afterwards takes it back. */
    CONNECTION,
    /** A hang, a server's own 5xx or a broken stream: a probe that succeeds proves nothing. */
    ANSWER
}
