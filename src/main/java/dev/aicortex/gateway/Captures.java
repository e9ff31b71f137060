package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.gateway.request.RequestBody;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The prompts and answers of the last requests that have ended, for an operator who looks into one;
 * nothing unless {@code cortex.captures} is set. In memory alone, bounded, from any thread.
 *
 * <p>A request costs the copy of its bytes and no more: credentials are masked when somebody reads
 * them, which few do and which takes longer than an event loop should be held up. Nothing leaves
 * but by {@link Part#text}.
 */
@Singleton
public class Captures {
    /** Bytes that are kept of a prompt, and of an answer. */
    public static final int MOST = 256 << 10;

    private final int size;
    private final Deque<Captured> ring = new ArrayDeque<>();

    @Inject
    Captures(CortexConfig config) {
        this(config.captures());
    }

    Captures(int size) {
        this.size = size;
    }

    /**
     * What one request asked and was answered.
     *
     * @param id its {@code x-request-id}
     */
    public record Captured(String id, Part prompt, Part answer) {
        /** Whether there was more of one of them. */
        public boolean cut() {
            return prompt.cut || answer.cut;
        }
    }

    /** What is kept of a prompt or an answer. */
    public static final class Part {
        private static final Part NONE = new Part(Buffer.buffer(0), false);

        /** Characters at a cut that may be too few to be known for a credential. */
        private static final int UNSURE = 64;

        private final Buffer bytes;
        private final boolean cut;

        private Part(Buffer bytes, boolean cut) {
            this.bytes = bytes;
            this.cut = cut;
        }

        /** In bytes. */
        public int length() {
            return bytes.length();
        }

        /** Without credentials; takes its time. */
        public String text() {
            String masked = Credentials.masked(bytes.toString(StandardCharsets.UTF_8));
            return cut ? masked.substring(0, Math.max(0, masked.length() - UNSURE)) : masked;
        }
    }

    /** How many requests are kept; 0 for none at all. */
    public int size() {
        return size;
    }

    /** The latest first. */
    public synchronized List<Captured> latest() {
        return List.copyOf(ring);
    }

    /** The latest request of this id. */
    public Optional<Captured> request(String id) {
        return latest().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /** For a request that has arrived; null where nothing is kept. */
    @Nullable Capture begin() {
        return size > 0 ? new Capture() : null;
    }

    private synchronized void keep(Captured request) {
        if (ring.size() == size) {
            ring.removeLast();
        }
        ring.addFirst(request);
    }

    /** One request that runs; confined to its event loop, but for its prompt. */
    final class Capture {
        private final Buffer answer = Buffer.buffer();
        private volatile Part prompt = Part.NONE;
        private boolean cut;

        /** Its body has come; on a worker thread where that is in a file. */
        void asks(RequestBody body) throws IOException {
            try (InputStream in = body.open()) {
                prompt = new Part(Buffer.buffer(in.readNBytes(MOST)), body.length() > MOST);
            }
        }

        /** Its client is sent these bytes. */
        void answers(Buffer part) {
            int room = MOST - answer.length();
            answer.appendBuffer(part, 0, Math.min(room, part.length()));
            cut |= part.length() > room;
        }

        /** It is over. */
        void ended(String id) {
            keep(new Captured(id, prompt, new Part(answer.copy(), cut))); // without room for more
        }
    }
}
