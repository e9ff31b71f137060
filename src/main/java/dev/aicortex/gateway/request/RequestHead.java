package dev.aicortex.gateway.request;

import dev.aicortex.relay.HopByHop;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The head of a client's request, read in one pass: what the client says to the gateway, and what
 * servers get. Immutable once read.
 */
public final class RequestHead {
    private static final String OURS = "X-Cortex-";
    static final String PROGRESS = "X-Cortex-Progress";

    /** Whose chat it is, as Open WebUI tells where it is set to; an id tells better than a name. */
    private static final String OPEN_WEBUI = "X-OpenWebUI-User-";

    private static final List<String> OPEN_WEBUI_SAYS = List.of("Id", "Email", "Name");
    private static final String USER = "X-Cortex-User";

    /** For this gateway alone; a gateway behind it has to know the others too. */
    private static final Set<String> KEPT =
            Set.of(
                    "x-cortex-session",
                    "x-cortex-num-ctx",
                    "x-cortex-resume",
                    "x-cortex-progress",
                    "x-cortex-explain");

    /**
     * Not for a server: the client's own address and credentials, a foreign Origin (which Ollama
     * refuses), compression (which would buffer a stream), and what the body's sender sets anew.
     */
    private static final HopByHop FORWARDED =
            new HopByHop(
                    "host",
                    "origin",
                    "referer",
                    "authorization",
                    "x-api-key",
                    "cookie",
                    "content-length",
                    "content-encoding",
                    "expect",
                    "accept-encoding",
                    "x-request-id");

    /** Names and values in turns. */
    private final List<String> forwarded = new ArrayList<>(16);

    /** What is said to gateways; of a header that stands twice the first counts. */
    private final Map<String, String> said = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private @Nullable String session;
    private int sessionRank = SessionIds.NONE;
    private @Nullable String user;
    private int userRank = OPEN_WEBUI_SAYS.size();

    private RequestHead() {}

    /** Of a chat that begins in this process. */
    public static RequestHead ofJson() {
        RequestHead head = new RequestHead();
        head.forward("Content-Type", "application/json");
        return head;
    }

    static RequestHead of(HttpServerRequest request, SessionIds sessions) {
        RequestHead head = of(request.headers(), sessions);
        String id = request.response().headers().get("x-request-id");
        if (id != null) {
            head.forward("x-request-id", id);
        }
        return head;
    }

    static RequestHead of(MultiMap headers, SessionIds sessions) {
        RequestHead head = new RequestHead();
        FORWARDED.copy(headers, (name, value) -> head.add(name, value, sessions));
        return head;
    }

    private void add(String name, String value, SessionIds sessions) {
        int rank = sessions.rank(name);
        if (rank < sessionRank && !value.isBlank()) {
            session = value;
            sessionRank = rank;
        }
        if (name.regionMatches(true, 0, OPEN_WEBUI, 0, OPEN_WEBUI.length()) && !value.isBlank()) {
            user(name.substring(OPEN_WEBUI.length()), value);
        }
        if (!name.regionMatches(true, 0, OURS, 0, OURS.length())) {
            forward(name, value);
            return;
        }
        said.putIfAbsent(name, value);
        if (name.equalsIgnoreCase(PROGRESS)) { // what is waited for is told here, or nowhere
            forward(name, "off");
        }
        if (!KEPT.contains(name.toLowerCase(Locale.ROOT))) {
            forward(name, value);
        }
    }

    private void user(String said, String value) {
        for (int rank = 0; rank < userRank; rank++) {
            if (said.equalsIgnoreCase(OPEN_WEBUI_SAYS.get(rank))) {
                user = value;
                userRank = rank;
            }
        }
    }

    private void forward(String name, String value) {
        forwarded.add(name);
        forwarded.add(value);
    }

    /** Writes what a server gets. */
    public void sendTo(HttpClientRequest to) {
        for (int i = 0; i < forwarded.size(); i += 2) {
            to.headers().add(forwarded.get(i), forwarded.get(i + 1));
        }
    }

    /** What one of our headers says, as sent, like those below; null where it is not there. */
    @Nullable String said(String header) {
        return said.get(header);
    }

    /** The best of the ids of a session; null where there is none. */
    @Nullable String session() {
        return session;
    }

    /** How early its header comes among all of them. */
    int sessionRank() {
        return sessionRank;
    }

    /** The end user; null where no header says who it is. */
    @Nullable String user() {
        String ours = said(USER);
        return ours == null || ours.isBlank() ? user : ours;
    }

    /** The context length that the client asks for. */
    public @Nullable String numCtx() {
        return said("X-Cortex-Num-Ctx");
    }

    /** Whether the answer is to tell why its server was chosen. */
    public boolean explains() {
        return "1".equals(said("X-Cortex-Explain"));
    }
}
