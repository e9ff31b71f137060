package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.config.Values;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON body tells beside its prompt: ids of what it belongs to and of who sent it, and how
 * its prompt opens. While the body is parsed only places are kept; then the beginning of each of
 * these strings is read, however long it is.
 */
final class BodyHints {
    private static final int MOST_ID = 512;

    /** Work in the background has few messages, and few texts in each. */
    static final int MOST_MESSAGES = 6;

    private static final int MOST_TEXTS = 8;
    private static final int LONGEST_ESCAPE = "\\u0000".length();

    /** What Claude Code writes before the session in the id of its user. */
    private static final String SESSION = "_session_";

    private final Map<Id, Integer> ids = new EnumMap<>(Id.class);
    private final List<Said> said = new ArrayList<>(3);
    private int messages;

    /** A field of the body that has an id. */
    enum Id {
        PROMPT_CACHE_KEY("prompt_cache_key"),
        METADATA_USER_ID("metadata.user_id"),
        SAFETY_IDENTIFIER("safety_identifier"),
        USER("user");

        private final String path;

        Id(String path) {
            this.path = path;
        }

        String path() {
            return path;
        }
    }

    /**
     * All of it.
     *
     * @param sessions the ids that tell what a request belongs to
     * @param user who sent it, by the client's words; null where it does not say
     * @param openings how the system's texts and the first question begin, each run of white space
     *     as one space; none in a conversation that goes on
     */
    record Found(Map<Id, String> sessions, @Nullable String user, List<String> openings) {
        static final Found NONE = new Found(Map.of(), null, List.of());
    }

    // ---- while the body is parsed

    void id(Id id, JsonParser json, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            ids.put(id, PromptPlaces.start(json));
        }
    }

    /** The parser is at its value, and at the value's end afterwards. */
    void metadata(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean user = json.currentName().equals("user_id");
                JsonToken each = json.nextToken();
                if (user) {
                    id(Id.METADATA_USER_ID, json, each);
                }
                json.skipChildren();
            }
        }
    }

    /** A field of the body: what is said before the conversation, or all of it. */
    void said(Said field) {
        said.add(field);
    }

    void message(Said message) {
        messages++;
        if (messages <= MOST_MESSAGES) {
            said.add(message);
        }
    }

    // ---- afterwards

    /**
     * May block when the body is in a file.
     *
     * @param openings whether somebody wants to know them
     */
    Found found(RequestBody body, boolean openings) throws IOException {
        boolean looks = openings && messages <= MOST_MESSAGES && !said.isEmpty();
        return looks || !ids.isEmpty() ? body.read(bytes -> found(bytes, looks)) : Found.NONE;
    }

    private Found found(ByteBuf body, boolean looks) {
        Map<Id, String> sessions = new EnumMap<>(Id.class);
        ids.forEach((id, place) -> {
            String text = beginning(body, place, MOST_ID);
            if (!text.isEmpty()) {
                sessions.put(id, text);
            }
        });
        String user = sessions.get(Id.USER);
        user = user == null ? sessions.get(Id.SAFETY_IDENTIFIER) : user;
        String both = sessions.remove(Id.METADATA_USER_ID);
        if (both != null) {
            Sender sender = Sender.of(both);
            user = user == null ? sender.user : user;
            if (!sender.session.isEmpty()) {
                sessions.put(Id.METADATA_USER_ID, sender.session);
            }
        }
        return new Found(sessions, user, looks ? openings(body) : List.of());
    }

    /** None once a question follows an answer; an answer may be begun for the model. */
    private List<String> openings(ByteBuf body) {
        List<String> openings = new ArrayList<>(3);
        boolean asked = false;
        boolean answered = false;
        for (Said each : said) {
            String role = each.role();
            boolean asks = role.equals("user");
            boolean system = role.equals("system") || role.equals("developer");
            if (asks && answered) {
                return List.of();
            }
            if (system || (asks && !asked)) {
                each.blocks().stream()
                        .filter(block -> block.text() != Said.NOWHERE)
                        .limit(MOST_TEXTS)
                        .map(block -> beginning(body, block.text(), Values.MOST_BEGINNING))
                        .forEach(openings::add);
            }
            asked |= asks;
            answered |= !asks && !system;
        }
        return openings;
    }

    /**
     * The two parts of {@code metadata.user_id} of an Anthropic client.
     *
     * @param session empty where there is none
     */
    private record Sender(String user, String session) {
        /**
         * Claude Code writes {@code user_<hash>_account_<uuid>_session_<uuid>}, newer versions a
         * JSON object with {@code session_id} beside {@code device_id} and {@code account_uuid}.
         */
        static Sender of(String userId) {
            if (userId.startsWith("{")) {
                return ofJson(userId);
            }
            int at = userId.lastIndexOf(SESSION);
            return at < 0
                    ? new Sender(userId, "")
                    : new Sender(userId.substring(0, at), userId.substring(at + SESSION.length()));
        }

        private static Sender ofJson(String userId) {
            StringBuilder user = new StringBuilder();
            String session = "";
            try (JsonParser json = RequestParser.JSON.createParser(userId)) {
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean isSession = json.currentName().equals("session_id");
                    boolean string = json.nextToken() == JsonToken.VALUE_STRING;
                    if (string && isSession) {
                        session = json.getText();
                    } else if (string) {
                        user.append(json.getText()).append(' ');
                    }
                    json.skipChildren();
                }
            } catch (IOException _) {
                return new Sender(userId, ""); // a name that begins as an object does
            }
            return new Sender(user.toString(), session);
        }
    }

    /**
     * The beginning of a string of the body without its escapes, each run of white space as one
     * space and none before the first character.
     */
    private static String beginning(ByteBuf body, int start, int most) {
        int length = Math.min(body.writerIndex() - start - 1, most * LONGEST_ESCAPE);
        String raw = body.toString(start + 1, length, StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(Math.min(most, raw.length()));
        for (int i = 0; i < raw.length() && text.length() < most && raw.charAt(i) != '"'; i++) {
            char c = raw.charAt(i);
            if (c == '\\') {
                int escape = raw.startsWith("u", i + 1) ? LONGEST_ESCAPE - 1 : 1;
                if (i + escape >= raw.length()) {
                    break; // its end is behind what is looked at
                }
                c = unescaped(raw, i + 1);
                i += escape;
            }
            boolean space = Character.isWhitespace(c);
            if (!space) {
                text.append(c);
            } else if (!text.isEmpty() && text.charAt(text.length() - 1) != ' ') {
                text.append(' ');
            }
        }
        return text.toString();
    }

    private static char unescaped(String raw, int at) {
        return switch (raw.charAt(at)) {
            case 'b', 'f', 'n', 'r', 't' -> ' ';
            case 'u' -> (char) Integer.parseInt(raw, at + 1, at + 5, 16);
            default -> raw.charAt(at);
        };
    }
}
