package dev.aicortex.gateway.request;

import dev.aicortex.model.ValidationException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** A coding of a body (RFC 9110, section 8.4.1) that the gateway undoes: no server sees it. */
public enum ContentCoding {
    GZIP,
    DEFLATE,
    ZSTD;

    /** Told to a client that used another one. */
    private static final String SUPPORTED = "gzip, deflate, zstd";

    private static final int MOST = 3;

    /**
     * Those of a request's body, in the order in which they were applied.
     *
     * @throws ValidationException when one is not known; its answer then says which are
     */
    public static List<ContentCoding> of(HttpServerRequest request) {
        List<ContentCoding> codings = new ArrayList<>();
        for (String header : request.headers().getAll("Content-Encoding")) {
            for (String name : header.split(",", -1)) {
                add(codings, name.strip(), request);
            }
        }
        if (codings.size() > MOST) {
            throw unsupported("Content-Encoding: more than %d codings".formatted(MOST), request);
        }
        return codings;
    }

    private static void add(List<ContentCoding> codings, String name, HttpServerRequest request) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> codings.add(GZIP);
            case "deflate" -> codings.add(DEFLATE);
            case "zstd" -> codings.add(ZSTD);
            case "identity", "" -> {}
            default -> throw unsupported("Content-Encoding: '%s'".formatted(name), request);
        }
    }

    private static ValidationException unsupported(String what, HttpServerRequest request) {
        request.response().putHeader("Accept-Encoding", SUPPORTED);
        return ValidationException.ofServer(
                415,
                "unsupported_content_encoding",
                "%s is not supported; send the body as it is, or as one of %s"
                        .formatted(what, SUPPORTED));
    }

    /**
     * What a coded body says. None of its steps gives more than {@code limit} bytes, so that a
     * short body costs no more than a long one. Reading it fails with a {@link ValidationException}
     * alone.
     */
    public static InputStream decoded(InputStream coded, List<ContentCoding> codings, long limit) {
        InputStream body = coded;
        for (ContentCoding coding : codings.reversed()) {
            body = coding.decoded(body, limit);
        }
        return body;
    }

    private InputStream decoded(InputStream coded, long limit) {
        try {
            InputStream decoded =
                    switch (this) {
                        case GZIP -> new GZIPInputStream(coded);
                        case DEFLATE -> inflated(coded);
                        case ZSTD -> new ZstdInputStream(coded);
                    };
            return new Decoded(decoded, limit);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** With a zlib header, as it is defined, or without, as some clients send it. */
    private static InputStream inflated(InputStream coded) throws IOException {
        InputStream body = new BufferedInputStream(coded);
        body.mark(2);
        int head = (body.read() << 8) | body.read();
        body.reset();
        boolean zlib = (head & 0x0f00) == 0x0800 && head % 31 == 0;
        Inflater inflater = new Inflater(!zlib);
        return new InflaterInputStream(body, inflater) {
            @Override
            public void close() throws IOException {
                super.close();
                inflater.end();
            }
        };
    }

    private ValidationException broken(Exception cause) {
        return new ValidationException(
                "the request body is not %s, as its Content-Encoding says"
                        .formatted(name().toLowerCase(Locale.ROOT)),
                cause);
    }

    /** What this coding gives. */
    private final class Decoded extends FilterInputStream {
        private final long limit;
        private long length;

        Decoded(InputStream in, long limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int start, int most) throws IOException {
            try {
                int count = in.read(into, start, most);
                length += Math.max(0, count);
                if (length > limit) {
                    throw ValidationException.bodyTooLarge(limit);
                }
                return count;
            } catch (IOException | MalformedInputException e) {
                throw broken(e);
            }
        }
    }
}
