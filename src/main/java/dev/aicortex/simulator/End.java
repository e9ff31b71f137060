package dev.aicortex.simulator;

/** How an exchange ended. */
enum End {
    /** The whole answer was written. */
    ANSWERED,
    /** The server cut it short: a fault, or the server was stopped. */
    CUT,
    /** The client closed or reset the connection before the answer's end. */
    CLIENT_LEFT
}
