package dev.aicortex.gateway.calls;

import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;

/** What one of several servers made of a request that they all got. */
public sealed interface ServerAnswer {
    Server server();

    /** It answered, well or not. */
    record Replied(Server server, Reply reply) implements ServerAnswer {}

    /** It did not answer, for the reason given. */
    record Silent(Server server, String reason) implements ServerAnswer {}

    /** Whether it did what it was asked. */
    default boolean good() {
        return status() / 100 == 2;
    }

    /** 0 when it did not answer. */
    default int status() {
        return switch (this) {
            case Replied replied -> replied.reply().status();
            case Silent _ -> 0;
        };
    }

    /** Which server failed and why, in one line. */
    default String problem() {
        String reason =
                switch (this) {
                    case Replied replied -> ReplyReader.problem(replied.reply());
                    case Silent silent -> silent.reason();
                };
        return server() + ": " + reason;
    }
}
