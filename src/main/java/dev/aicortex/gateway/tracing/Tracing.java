package dev.aicortex.gateway.tracing;

import dev.aicortex.usage.UsageRecord;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Whether requests are traced: where a collector is named in the way of OpenTelemetry, by {@code
 * OTEL_EXPORTER_OTLP_ENDPOINT} or the same as {@code otel.exporter.otlp.endpoint}. Else nothing of
 * it is loaded.
 */
@Singleton
public class Tracing {
    private static final String OTLP = "otel.exporter.otlp.";
    private static final String ENDPOINT = OTLP + "endpoint";
    private static final String HEADERS = "headers";
    private static final String PROTOCOL = "protocol";
    private static final String HTTP = "http/protobuf";
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final String version;
    private @Nullable Export export;

    Tracing(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    /** Before the gateway listens; what is wrong stops the start in one line. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        Config config = ConfigProvider.getConfig();
        boolean all = isSet(config, ENDPOINT);
        boolean traces = all || isSet(config, OTLP + "traces.endpoint");
        boolean metrics = all || isSet(config, OTLP + "metrics.endpoint");
        boolean disabled =
                config.getOptionalValue("otel.sdk.disabled", Boolean.class).orElse(false);
        if ((traces || metrics) && !disabled) {
            List.of("", "traces.", "metrics.").forEach(kind -> check(config, OTLP + kind));
            export = export(properties(config, traces, metrics));
        }
    }

    private static boolean isSet(Config config, String key) {
        return config.getOptionalValue(key, String.class).isPresent();
    }

    private static void check(Config config, String kind) {
        config.getOptionalValue(kind + HEADERS, String.class)
                .ifPresent(headers -> checkHeaders(kind + HEADERS, headers));
        String key = kind + PROTOCOL;
        String protocol = config.getOptionalValue(key, String.class).orElse(HTTP);
        if (!protocol.equals(HTTP)) {
            throw new ConfigurationException(
                    "%s: '%s' is not spoken; set it to %s, and the endpoint to the collector's port for that, 4318 as a rule"
                            .formatted(key, protocol, HTTP));
        }
    }

    /** The SDK would repeat what is wrong, and that may be a credential. */
    static void checkHeaders(String key, String headers) {
        for (String each : headers.split(",", -1)) {
            if (!each.isBlank() && !isHeader(each.strip())) {
                throw new ConfigurationException(
                        "%s: it must be name=value,name=value… with values as in URLs (%%2C for a comma)"
                                .formatted(key));
            }
        }
    }

    private static boolean isHeader(String text) {
        int equals = text.indexOf('=');
        if (equals < 0 || !TOKEN.matcher(text.substring(0, equals).strip()).matches()) {
            return false;
        }
        try {
            String value = URLDecoder.decode(text.substring(equals + 1), StandardCharsets.UTF_8);
            return value.chars().allMatch(c -> c >= ' ' && c <= 0xff && c != 0x7f);
        } catch (IllegalArgumentException _) {
            return false; // its message has the value too
        }
    }

    private Export export(Map<String, String> properties) {
        try {
            return new Export(properties, version);
        } catch (RuntimeException e) { // of the SDK, which names the property
            throw new ConfigurationException(
                    "telemetry: %s; correct it, or take %s away to go without"
                            .formatted(e.getMessage(), ENDPOINT));
        }
    }

    /** What the SDK is told; its own variables come before that. */
    private static Map<String, String> properties(Config config, boolean traces, boolean metrics) {
        Map<String, String> properties = new HashMap<>();
        properties.put("otel.service.name", "aicortex");
        properties.put(OTLP + PROTOCOL, HTTP);
        properties.put("otel.traces.exporter", traces ? "otlp" : "none");
        properties.put("otel.metrics.exporter", metrics ? "otlp" : "none");
        properties.put("otel.logs.exporter", "none");
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("otel.")) {
                config.getOptionalValue(name, String.class)
                        .ifPresent(value -> properties.put(name, value));
            }
        }
        return properties;
    }

    /**
     * A request has arrived.
     *
     * @param http null for a chat of this process
     */
    public RequestTrace begin(@Nullable HttpServerRequest http, UsageRecord.Route route) {
        Export to = export;
        return to == null ? RequestTrace.NONE : to.begin(http, route);
    }

    /** Behind those that wait for the last answers. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownEvent event) {
        Export to = export;
        if (to != null) {
            to.stop();
        }
    }
}
