package dev.aicortex.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A collector of OpenTelemetry's traces and metrics, by HTTP and protobuf, which keeps them. */
public final class Collector implements AutoCloseable {
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final List<byte[]> traces = new CopyOnWriteArrayList<>();
    private final List<byte[]> metrics = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    public Collector() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", exchange -> take(exchange, traces));
        server.createContext("/v1/metrics", exchange -> take(exchange, metrics));
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Whether it refuses all that it is sent. */
    public void away(boolean now) {
        away = now;
    }

    private void take(HttpExchange exchange, List<byte[]> kept) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (away) {
            refused.add(exchange.getRequestURI().getPath());
        } else {
            kept.add(body);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(away ? UNAVAILABLE : 200, -1);
        exchange.close();
    }

    /** The paths of what it refused. */
    public List<String> refused() {
        return refused;
    }

    /** All that it has, as it came. */
    public Stream<byte[]> bytes() {
        return Stream.concat(traces.stream(), metrics.stream());
    }

    public List<Span> spans() {
        return traces.stream()
                .flatMap(bytes -> traces(bytes).getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** Those of one trace. */
    public List<Span> spans(String trace) {
        return spans().stream().filter(span -> trace(span).equals(trace)).toList();
    }

    /** As they were told last. */
    public List<Metric> metrics() {
        return metrics.isEmpty()
                ? List.of()
                : metrics(metrics.getLast()).getResourceMetricsList().stream()
                        .flatMap(resource -> resource.getScopeMetricsList().stream())
                        .flatMap(scope -> scope.getMetricsList().stream())
                        .toList();
    }

    /** Who sends. */
    public List<Resource> resources() {
        return Stream.concat(
                        traces.stream()
                                .flatMap(bytes -> traces(bytes).getResourceSpansList().stream())
                                .map(each -> each.getResource()),
                        metrics.stream()
                                .flatMap(bytes -> metrics(bytes).getResourceMetricsList().stream())
                                .map(each -> each.getResource()))
                .toList();
    }

    private static ExportTraceServiceRequest traces(byte[] bytes) {
        try {
            return ExportTraceServiceRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static ExportMetricsServiceRequest metrics(byte[] bytes) {
        try {
            return ExportMetricsServiceRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    public static String trace(Span span) {
        return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    public static String id(Span span) {
        return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    public static String parent(Span span) {
        return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    /** By name; numbers and truths as texts. */
    public static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, Collector::text));
    }

    private static String text(KeyValue attribute) {
        return switch (attribute.getValue().getValueCase()) {
            case STRING_VALUE -> attribute.getValue().getStringValue();
            case INT_VALUE -> Long.toString(attribute.getValue().getIntValue());
            case DOUBLE_VALUE -> Double.toString(attribute.getValue().getDoubleValue());
            case BOOL_VALUE -> Boolean.toString(attribute.getValue().getBoolValue());
            case ARRAY_VALUE ->
                    attribute.getValue().getArrayValue().getValuesList().stream()
                            .map(each -> each.getStringValue())
                            .toList()
                            .toString();
            default -> throw new AssertionError("no value of ours: " + attribute);
        };
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
