package dev.aicortex.http.ui;

import dev.aicortex.http.Entrance;
import dev.aicortex.model.Sha256;
import dev.aicortex.model.ValidationException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, from {@code ui/} on the class path. Each is read when it is first asked
 * for and kept from then on, with its compressed form. Browsers ask each time whether theirs is
 * still the one.
 */
final class PageFiles {
    private static final String INDEX = "index.html";

    private static final int LONGEST_NAME = 100;

    /** Folders and a file's name: no dots in front, so that no name leads up. */
    private static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9_-]+/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\\.([a-z0-9]+)");

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "json", "application/json",
                    "svg", "image/svg+xml",
                    "png", "image/png",
                    "woff2", "font/woff2");

    /** Nothing inline, nothing from elsewhere, and no markup out of a text by accident. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                    + " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'; require-trusted-types-for 'script';"
                    + " trusted-types lit-html";

    private static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Security-Policy", POLICY,
                    "X-Content-Type-Options", "nosniff",
                    "Referrer-Policy", "no-referrer",
                    "Cache-Control", "no-cache");

    private final Map<String, PageFile> kept = new ConcurrentHashMap<>();

    /**
     * One file.
     *
     * @param tag a digest of its bytes, without the quotes of an ETag
     * @param zipped null where that is not shorter
     */
    private record PageFile(String type, String tag, Buffer plain, @Nullable Buffer zipped) {
        static PageFile of(String type, byte[] bytes) throws IOException {
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
                out.write(bytes);
            }
            return new PageFile(
                    type,
                    Sha256.of(bytes),
                    Buffer.buffer(bytes),
                    zipped.size() < bytes.length ? Buffer.buffer(zipped.toByteArray()) : null);
        }
    }

    /**
     * Answers with a file, or that there is none.
     *
     * @param name behind {@code /ui/}; empty for the page itself
     */
    void serve(RoutingContext context, String name) {
        String asked = name.isEmpty() ? INDEX : name;
        if (asked.length() > LONGEST_NAME) { // the pattern goes deeper with each folder
            notFound(context);
            return;
        }
        PageFile file = kept.get(asked);
        Matcher matcher = NAME.matcher(asked);
        String type = matcher.matches() ? TYPES.get(matcher.group(2)) : null;
        if (file != null) {
            send(context, file);
        } else if (type == null) {
            notFound(context);
        } else {
            context.vertx()
                    .executeBlocking(() -> read(asked, type), false)
                    .onSuccess(read -> {
                        if (read == null) {
                            notFound(context);
                        } else {
                            send(context, read);
                        }
                    })
                    .onFailure(context::fail);
        }
    }

    private @Nullable PageFile read(String name, String type) {
        try (InputStream in = PageFiles.class.getResourceAsStream("/ui/" + name)) {
            if (in == null) {
                return null;
            }
            PageFile file = PageFile.of(type, in.readAllBytes());
            kept.put(name, file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void notFound(RoutingContext context) {
        Entrance.refuse(
                context,
                ValidationException.ofServer(
                        404,
                        "unknown_path",
                        "the page has no file " + context.normalizedPath() + "; it is at /ui/"));
    }

    private static void send(RoutingContext context, PageFile file) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        Buffer zipped =
                Listed.names(request.getHeader(HttpHeaders.ACCEPT_ENCODING), "gzip")
                        ? file.zipped
                        : null;
        MultiMap headers = response.headers().addAll(HEADERS);
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .set(HttpHeaders.ETAG, '"' + file.tag + (zipped == null ? "\"" : "-gzip\""));
        if (unchanged(request.getHeader(HttpHeaders.IF_NONE_MATCH), file.tag)) {
            response.setStatusCode(304).end();
            return;
        }
        Buffer body = zipped == null ? file.plain : zipped;
        headers.set(HttpHeaders.CONTENT_TYPE, file.type)
                .set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        if (zipped != null) {
            headers.set(HttpHeaders.CONTENT_ENCODING, HttpHeaders.createOptimized("gzip"));
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body);
        }
    }

    /** Whether the browser has it, in either form. */
    private static boolean unchanged(@Nullable String known, String tag) {
        return Listed.of(known)
                .map(each -> each.replaceAll("^W/|\"|-gzip", ""))
                .anyMatch(each -> each.equals(tag) || each.equals("*"));
    }
}
