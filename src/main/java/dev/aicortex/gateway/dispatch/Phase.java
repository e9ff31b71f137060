package dev.aicortex.gateway.dispatch;

import dev.aicortex.routing.Wait;
import java.util.List;
import java.util.Optional;

/**
 * Where a request stands. {@link Dispatch} tells it each event; what it answers is where the
 * request stands from then on. All transitions are here:
 *
 * <pre>
 *              Body               Asked                 Content
 *   Reading ─────────▶ Waiting ─────────▶ Asking ───────────────▶ Relaying
 *      │              │   ▲  ▲ Queued    │  │ ▲ Hedged │              │  │
 *      │              │   │  └──────     │  │ └────────┘              │  │
 *      │              │   └──────────────┘  │   Failed, the last one  │  │
 *      │              │   └─────────────────│─────────────────────────┘  │
 *      │              │                     │   BrokeOff, another goes on│
 *      └──────────────┴──────────┬──────────┴────────────────────────────┘
 *                                ▼ Over: ended, refused, the client left, the gateway stops
 *                              Done
 * </pre>
 *
 * In {@code Waiting} a server is looked for: the model's holders are found, the prompt is read, the
 * request stands in the queue. In {@code Asking} one server has it, or two when it is hedged. In
 * {@code Relaying} the client has something of the answer.
 */
sealed interface Phase {
    /** What runs for a request and can be ended: its ticket in the queue, an attempt, a wait. */
    interface Work {
        /** Whoever asked has left. */
        void clientGone();

        /** Somebody else answers, or nobody has to. */
        default void stop() {
            clientGone();
        }

        /** What the request waits for as long as this runs. */
        default Optional<Wait> waitsFor() {
            return Optional.empty();
        }

        /**
         * Time has passed.
         *
         * @param now on the clock of nanoTime
         */
        default void tick(long now) {}
    }

    /** What happens to a request. */
    sealed interface Event {
        /** Its body is there and can be understood. */
        record Body() implements Event {}

        /** No server is free, or one is only on its way to be. */
        record Queued(Work ticket) implements Event {}

        /** A server is asked. */
        record Asked(Work attempt) implements Event {}

        /** A second server is asked beside the first. */
        record Hedged(Work attempt) implements Event {}

        /** A server begins to answer. */
        record Content(Work attempt) implements Event {}

        /** A server does not answer. */
        record Failed(Work attempt) implements Event {}

        /** The answer broke off, and another server is to go on or begin anew. */
        record BrokeOff() implements Event {}

        /** It has come to its end, whichever that is. */
        record Over() implements Event {}
    }

    /** The body is on its way. */
    record Reading() implements Phase {}

    /** A server is looked for. */
    record Waiting(Optional<Work> ticket) implements Phase {}

    /** Servers are asked, one or two. */
    record Asking(List<Work> attempts) implements Phase {}

    /** A server answers. */
    record Relaying(Work attempt) implements Phase {}

    /** The end. */
    record Done() implements Phase {}

    /**
     * Where the request stands after an event.
     *
     * @throws IllegalStateException when that cannot happen in this phase
     */
    default Phase on(Event event) {
        if (this instanceof Done || event instanceof Event.Over) {
            return new Done();
        }
        return switch (this) {
            case Reading _ when event instanceof Event.Body -> looking();
            case Waiting _ when event instanceof Event.Queued(Work ticket) ->
                    new Waiting(Optional.of(ticket));
            case Waiting _ when event instanceof Event.Asked(Work attempt) ->
                    new Asking(List.of(attempt));
            case Asking(List<Work> one)
                    when one.size() == 1 && event instanceof Event.Hedged(Work second) ->
                    new Asking(List.of(one.getFirst(), second));
            case Asking(List<Work> all)
                    when event instanceof Event.Content(Work attempt) && all.contains(attempt) ->
                    new Relaying(attempt);
            case Asking(List<Work> all)
                    when event instanceof Event.Failed(Work attempt) && all.contains(attempt) ->
                    without(all, attempt);
            case Relaying _ when event instanceof Event.BrokeOff -> looking();
            case Reading _, Waiting _, Asking _, Relaying _, Done _ ->
                    throw new IllegalStateException(event + " in " + this);
        };
    }

    private static Phase looking() {
        return new Waiting(Optional.empty());
    }

    private static Phase without(List<Work> all, Work failed) {
        List<Work> others = all.stream().filter(each -> !each.equals(failed)).toList();
        return others.isEmpty() ? looking() : new Asking(others);
    }

    /** What runs for the request now. */
    default List<Work> work() {
        return switch (this) {
            case Reading _, Done _ -> List.of();
            case Waiting(Optional<Work> ticket) -> ticket.map(List::of).orElse(List.of());
            case Asking(List<Work> attempts) -> attempts;
            case Relaying(Work attempt) -> List.of(attempt);
        };
    }
}
