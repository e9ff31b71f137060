package dev.aicortex.ollama;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.HttpClosedException;
import jakarta.ws.rs.WebApplicationException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a connection, in the words that a person looks for. */
public final class FailureText {
    private FailureText() {}

    /** A short reason without addresses, credentials or bodies. */
    public static String of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String text = known(t);
            if (text != null) {
                return text;
            }
        }
        return failure.getClass().getSimpleName();
    }

    private static @Nullable String known(Throwable failure) {
        return switch (failure) {
            case ConnectTimeoutException _ -> "no connection in time";
            case HttpConnectTimeoutException _ -> "no connection in time";
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
                    "unknown host";
            case UnknownHostException e -> "unknown host " + e.getMessage();
            case ConnectException e -> reason(e);
            case CircuitBreakerOpenException _ -> "its breaker is open";
            case TimeoutException _ -> "no answer in time";
            case org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException _ ->
                    "no answer in time";
            case HttpClosedException _ -> "the connection was closed";
            case WebApplicationException e -> "it answered " + e.getResponse().getStatus();
            case com.fasterxml.jackson.core.JsonProcessingException _ ->
                    "its answer is not the JSON expected";
            case java.net.SocketException e ->
                    String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
            default -> null;
        };
    }

    private static String reason(ConnectException failure) {
        String text = failure.getMessage();
        return text == null || text.contains("refused") ? "connection refused" : text;
    }
}
