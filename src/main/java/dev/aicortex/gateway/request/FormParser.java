package dev.aicortex.gateway.request;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.Segment;
import dev.aicortex.model.ValidationException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the short fields of a form ({@code multipart/form-data}, RFC 7578) by one pass over its
 * bytes; the file in it is passed over. No library tells where in the bytes a value stands, which
 * an alias needs.
 */
public final class FormParser {
    private static final int LONGEST_BOUNDARY = 70;

    /** All that the gateway reads; others may stand there as often as their clients like. */
    private static final Set<String> READ = Set.of("model", "stream");

    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_PARTS = 1_000;

    private final InputStream in;
    private final String delimiter;
    private final Map<String, Line> fields = new HashMap<>();
    private long position;
    private boolean ended;

    /** A line without its end, cut when it is too long to be looked at. */
    private record Line(String text, long start, long end, boolean whole) {}

    private FormParser(InputStream in, String boundary) {
        this.in = in;
        this.delimiter = "--" + boundary;
    }

    /**
     * Parses the body.
     *
     * @param contentType of the request, which names the boundary
     * @throws ValidationException naming what is wrong with it
     */
    public static ParsedBody parse(RequestBody body, @Nullable String contentType)
            throws IOException {
        try (InputStream in = new BufferedInputStream(body.open())) {
            FormParser form = new FormParser(in, boundary(contentType));
            form.read();
            return form.request(body);
        }
    }

    private static String boundary(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType;
        String boundary = parameter(type, "boundary");
        if (!type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
                || boundary.isEmpty()
                || boundary.length() > LONGEST_BOUNDARY) {
            throw new ValidationException(
                    "the request body must be a form: send multipart/form-data with 'file' and 'model'");
        }
        return boundary;
    }

    /**
     * Of a header's parameter, whose name has no letter case (RFC 9110, section 5.6.6); empty when
     * it has none.
     */
    private static String parameter(String header, String name) {
        int at = header.indexOf(';');
        while (at >= 0) {
            int equals = header.indexOf('=', at);
            if (equals < 0) {
                return "";
            }
            StringBuilder value = new StringBuilder();
            int end = value(header, equals + 1, value);
            String found = header.substring(header.lastIndexOf(';', equals) + 1, equals);
            if (found.strip().equalsIgnoreCase(name)) {
                return value.toString().strip();
            }
            at = header.indexOf(';', end);
        }
        return "";
    }

    /** Reads a parameter's value, in quotes or not; the offset behind it. */
    private static int value(String header, int start, StringBuilder value) {
        int at = start;
        while (at < header.length() && Character.isWhitespace(header.charAt(at))) {
            at++;
        }
        boolean quoted = at < header.length() && header.charAt(at) == '"';
        char end = quoted ? '"' : ';';
        for (at += quoted ? 1 : 0; at < header.length() && header.charAt(at) != end; at++) {
            if (quoted && header.charAt(at) == '\\' && at + 1 < header.length()) {
                at++;
            }
            value.append(header.charAt(at));
        }
        return at;
    }

    private ParsedBody request(RequestBody body) {
        Line model = fields.get("model");
        if (model == null || model.text.isBlank()) {
            throw new ValidationException(
                    "the form's field 'model' is required: name one that GET /v1/models lists");
        }
        Line stream = fields.get("stream");
        return new ParsedBody(
                model.text.strip(),
                ModelName.of(model.text),
                new Segment.Range(model.start, model.end),
                stream != null && stream.text.strip().equals("true"),
                RequestMarks.NONE,
                ParsedBody.Removed.NOTHING,
                ParsedBody.Removed.NOTHING,
                body);
    }

    private void read() throws IOException {
        Line line = next();
        while (!ended && !line.text.startsWith(delimiter)) {
            line = next();
        }
        for (int parts = 0; !ended && !line.text.startsWith(delimiter + "--"); parts++) {
            if (parts > MAX_PARTS) {
                throw new ValidationException("the form has more than %d parts".formatted(parts));
            }
            line = readPart(name());
        }
    }

    /** From a part's headers; empty when it has none. */
    private String name() throws IOException {
        String name = "";
        for (Line line = next(); !ended && !line.text.isEmpty(); line = next()) {
            if (line.text.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
                name = parameter(line.text, "name");
            }
        }
        return name;
    }

    /** Keeps a value of one line; the delimiter behind it. */
    private Line readPart(String name) throws IOException {
        Line first = next();
        Line line = first;
        int lines = 0;
        while (!ended && !line.text.startsWith(delimiter)) {
            lines++;
            line = next();
        }
        boolean read = lines == 1 && first.whole && READ.contains(name);
        if (read && fields.put(name, first) != null) {
            throw new ValidationException(
                    "'%s' stands twice in the form; servers disagree on which one holds, so send one"
                            .formatted(name));
        }
        return line;
    }

    private Line next() throws IOException {
        long start = position;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int b = in.read();
        for (; b >= 0 && b != '\n'; b = in.read()) {
            position++;
            if (bytes.size() < MAX_LINE) {
                bytes.write(b);
            }
        }
        ended = b < 0;
        long end = position++;
        boolean whole = end - start <= MAX_LINE;
        String text = bytes.toString(StandardCharsets.UTF_8);
        boolean cr = whole && text.endsWith("\r");
        return new Line(
                cr ? text.substring(0, text.length() - 1) : text, start, cr ? end - 1 : end, whole);
    }
}
