package dev.aicortex.relay;

import io.vertx.core.Future;

/** Takes one server's answer to whoever asked. Confined to the event loop of the answer. */
public interface Delivery {
    /** Begins; must be called on the event loop that delivered the server's head. */
    void start();

    /** Done when something of the answer has been given out; fails when nothing will be. */
    Future<Void> begun();

    /** How it ended; never fails. */
    Future<Ending> ending();

    /** For how long the server has sent nothing though it might have; 0 while it may not. */
    long silentNanos();

    /** Whoever asked has left: the server is to stop. */
    void clientGone();

    /**
     * Once it has ended: done when whoever asked has the last byte, or has left with it; never
     * fails.
     */
    Future<Void> delivered();

    /** The tokens that the server counted, once it has ended. */
    default Usage usage() {
        return Usage.NONE;
    }

    /** The gateway waits no longer: whoever asked is told, the server is to stop. */
    void interrupt(String reason);

    /**
     * The server is given up: whoever asked is told if something was given out. An answer that has
     * its terminal event is whole.
     */
    void giveUp(String reason);
}
