package dev.aicortex.ollama;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a connection, in the words that a person looks for. */
public final class FailureText {
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");
    private static final int LONGEST = 200;
    private static final Pattern OTHER_HOST =
            Pattern.compile("(?i)subject alternative|no name matching");
    private static final Pattern NO_CLIENT =
            Pattern.compile("(?i)certificate_required|bad_certificate|certificate_unknown");

    private FailureText() {}

    /** A short reason without addresses, credentials or bodies. */
    public static String of(Throwable failure) {
        return causes(failure)
                .flatMap(each -> Stream.ofNullable(known(each)))
                .findFirst()
                .orElseGet(() -> failure.getClass().getSimpleName());
    }

    /** The failure itself, what caused it, and so on. */
    static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    private static @Nullable String known(Throwable failure) {
        return switch (failure) {
            case ConnectTimeoutException _, HttpConnectTimeoutException _ ->
                    "no connection in time";
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
                    "unknown host";
            case UnknownHostException e -> "unknown host " + e.getMessage();
            case ConnectException e -> reason(e);
            case CircuitBreakerOpenException _ -> "its breaker is open";
            case TimeoutException _,
                    io.smallrye.mutiny.TimeoutException _,
                    org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException _ ->
                    "no answer in time";
            case UnreachableException e -> e.reason();
            case ControlAnswers.TooLongException e -> e.getMessage();
            case HttpClosedException _ -> "the connection was closed";
            case StreamResetException e when e.getCause() == null -> "the connection was reset";
            case WebApplicationException e -> answered(e.getResponse().getStatus());
            case com.fasterxml.jackson.core.JsonProcessingException _ ->
                    "its answer is not the JSON expected";
            case SSLException e -> tls(e);
            case IOException e when "Connection was closed".equals(e.getMessage()) ->
                    "the connection was closed"; // as the declarative client words it
            case IOException e when "Broken pipe".equals(e.getMessage()) ->
                    "the connection was reset"; // seen by whoever writes
            case java.net.SocketException e ->
                    String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
            default -> null;
        };
    }

    private static String tls(SSLException failure) {
        List<Throwable> causes = causes(failure).toList();
        if (any(causes, CertificateExpiredException.class)) {
            return "its certificate has expired";
        }
        if (any(causes, CertificateNotYetValidException.class)) {
            return "its certificate is not valid yet";
        }
        if (any(causes, NotSslRecordException.class)) {
            return "it does not speak TLS there: write http://";
        }
        if (any(causes, CertPathBuilderException.class)
                || any(causes, CertPathValidatorException.class)) {
            return "its certificate is not trusted: set cortex.server.<name>.ca-file";
        }
        String text = causes.stream().map(Throwable::getMessage).toList().toString();
        if (OTHER_HOST.matcher(text).find()) {
            return "its certificate is for another host name: take that one in its URL";
        }
        if (NO_CLIENT.matcher(text).find()) {
            return "it does not take our certificate or asks for one:"
                    + " set cortex.server.<name>.client-cert and client-key";
        }
        return "no TLS connection: " + shortened(String.valueOf(failure.getMessage()));
    }

    private static boolean any(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }

    static String answered(int status) {
        return status == 401
                ? "it asks for credentials (401): set cortex.server.<name>.bearer"
                : "it answered " + status;
    }

    /** What somebody else wrote, as it can stand in a line. */
    static String shortened(String text) {
        String line = UNPRINTABLE.matcher(text).replaceAll(" ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    private static String reason(ConnectException failure) {
        String text = failure.getMessage();
        return text == null || text.contains("refused") ? "connection refused" : text;
    }
}
