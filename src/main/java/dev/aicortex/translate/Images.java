package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;
import dev.aicortex.translate.Spliced.LongString;

/** Images in a request. A server's own route takes their base64 and nothing else. */
final class Images {
    private static final String REMEDY =
            "send the image itself as a data: URL, data:image/png;base64,…";

    private Images() {}

    /** The base64 of a {@code data:} URL. */
    static JsonNode ofUrl(JsonNode url, String place) {
        if (Spliced.in(url) instanceof LongString string) {
            return string.from(payload(string.head(), place)).node();
        }
        String text = url.asText();
        return Json.NODES.textNode(text.substring(payload(text, place)));
    }

    /** Where the base64 of a {@code data:} URL begins; escaped slashes count as they stand. */
    private static int payload(String url, String place) {
        if (starts(url, "http:") || starts(url, "https:")) {
            throw ValidationException.of(
                    place,
                    url.substring(0, url.indexOf(':') + 1) + "…",
                    "is a link, and servers follow none",
                    REMEDY);
        }
        int comma = url.indexOf(',');
        if (!starts(url, "data:") || comma < 0 || !url.substring(0, comma).endsWith(";base64")) {
            throw new ValidationException(
                    "%s is no data: URL in base64; %s".formatted(place, REMEDY));
        }
        return comma + 1;
    }

    private static boolean starts(String url, String scheme) {
        return url.regionMatches(true, 0, scheme, 0, scheme.length());
    }
}
