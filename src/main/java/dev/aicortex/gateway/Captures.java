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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The prompts and answers of the last requests that have ended, for an operator who looks into one;
 * nothing unless {@code cortex.captures} is set. In memory alone, from any thread: no more than an
 * eighth of the heap, and as much again of requests that run.
 *
 * <p>A request costs the copy of its bytes and no more: credentials are masked when somebody reads
 * them, which few do and which takes longer than an event loop should be held up. Nothing leaves
 * but by {@link Part#text}.
 */
@Singleton
public class Captures {
    /** Bytes that are kept of a prompt, and of an answer. */
    public static final int MOST = 256 << 10;

    private static final int SHARE = 8;

    private final int size;

    /** In bytes, each. */
    private final long budget;

    private final Deque<Captured> ring = new ArrayDeque<>();
    private final AtomicLong running = new AtomicLong();
    private long kept;

    @Inject
    Captures(CortexConfig config) {
        this(config.captures(), Runtime.getRuntime().maxMemory() / SHARE);
    }

    Captures(int size, long budget) {
        this.size = size;
        this.budget = budget;
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

        private int length() {
            return prompt.length() + answer.length();
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
        ring.addFirst(request);
        kept += request.length();
        while (ring.size() > size || kept > budget) {
            kept -= ring.removeLast().length();
        }
    }

    /** Whether there is room for so much more of requests that run. */
    private boolean takes(int bytes) {
        boolean room = running.addAndGet(bytes) <= budget;
        if (!room) {
            running.addAndGet(-bytes);
        }
        return room;
    }

    /** One request that runs; confined to its event loop, but for its prompt. */
    final class Capture {
        private final Buffer answer = Buffer.buffer();
        private volatile Part prompt = Part.NONE;
        private boolean cut;

        /** Its body has come; on a worker thread where that is in a file. */
        void asks(RequestBody body) throws IOException {
            int wanted = (int) Math.min(MOST, body.length());
            byte[] read = {};
            if (takes(wanted)) {
                try (InputStream in = body.open()) {
                    read = in.readNBytes(wanted);
                } finally {
                    running.addAndGet(read.length - wanted);
                }
            }
            prompt = new Part(Buffer.buffer(read), body.length() > read.length);
        }

        /** Its client is sent these bytes. */
        void answers(Buffer part) {
            int fits = Math.min(MOST - answer.length(), part.length());
            if (cut || !takes(fits)) {
                cut = true;
            } else {
                answer.appendBuffer(part, 0, fits);
                cut = fits < part.length();
            }
        }

        /** It is over. */
        void ended(String id) {
            running.addAndGet(-prompt.length() - answer.length());
            keep(new Captured(id, prompt, new Part(answer.copy(), cut))); // without room for more
        }
    }
}
