package dev.aicortex.cli;

import dev.aicortex.catalogue.Lease;
import dev.aicortex.model.ServerUrl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a command did not work and what to do about it, in one line for people. */
final class CommandException extends RuntimeException {
    private static final String REMEDY = "start it with 'aicortex serve' or name it with --url";

    private final String line;

    CommandException(String line) {
        this(line, null);
    }

    private CommandException(String line, @Nullable Throwable cause) {
        super(line, cause);
        this.line = line;
    }

    String line() {
        return line;
    }

    /** No answer came, or only a part of its head. */
    static CommandException unanswered(ServerUrl url, @Nullable Throwable cause) {
        String message = "nothing answers on %s (%s); %s".formatted(url, reason(cause), REMEDY);
        return new CommandException(message, cause);
    }

    private static String reason(@Nullable Throwable cause) {
        return switch (cause) {
            case HttpConnectTimeoutException _ -> "no connection in time";
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
                    "unknown host";
            case ConnectException e when e.getMessage() == null -> "connection refused";
            case null -> "no reason given";
            default -> described(cause);
        };
    }

    private static String described(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    static CommandException late(ServerUrl url, Duration limit) {
        return new CommandException(
                "%s did not answer within %d s; 'aicortex servers' tells how its servers are"
                        .formatted(url, limit.toSeconds()));
    }

    /** An answer with an error status; its own words when it has some. */
    static CommandException refused(ServerUrl url, int status, String body) {
        return new CommandException(
                Json.errorText(Json.parse(body))
                        .map(text -> "%s (%d from %s)%s".formatted(text, status, url, hint(status)))
                        .orElseGet(() -> foreign(url, "with status " + status)));
    }

    private static String hint(int status) {
        return status == 401 ? "; give this command yours with --key or $CORTEX_KEY" : "";
    }

    /** Somebody else changes the catalogue just now. */
    static CommandException held(Lease.HeldException cause) {
        return new CommandException(cause.getMessage() + "; try again then", cause);
    }

    /** An answer that AI Cortex would not give. */
    static CommandException notUnderstood(ServerUrl url, String path) {
        return new CommandException(foreign(url, path + " with something else than was asked"));
    }

    private static String foreign(ServerUrl url, String answered) {
        return "%s answered %s: is it AI Cortex? Name another with --url".formatted(url, answered);
    }

    /** An answer that began well and did not come to its end. */
    static CommandException incomplete(String reason) {
        return incomplete(reason, null);
    }

    static CommandException incomplete(IOException cause) {
        return incomplete("the connection broke (" + described(cause) + ")", cause);
    }

    private static CommandException incomplete(String reason, @Nullable Throwable cause) {
        return new CommandException("the answer is incomplete: " + reason + "; ask again", cause);
    }
}
