package dev.aicortex.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.gateway.Captures.Captured;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.RequestBody;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CapturesTest {
    private final Captures captures = new Captures(2, Long.MAX_VALUE);

    private Captures.Capture begun() {
        return Objects.requireNonNull(captures.begin());
    }

    private static RequestBody body(String text) {
        return new RequestBody.InMemory(Buffer.buffer(text), new BodyBudget(Long.MAX_VALUE));
    }

    private Captured kept(String prompt, String... answer) throws IOException {
        Captures.Capture capture = begun();
        capture.asks(body(prompt));
        for (String part : answer) {
            capture.answers(Buffer.buffer(part));
        }
        capture.ended("id");
        return captures.request("id").orElseThrow();
    }

    @Test
    void nothingIsKeptUnlessThatIsWanted() {
        assertThat(new Captures(0, 100).begin()).isNull();
    }

    @Test
    void theLastOnesAreKeptTheLatestFirst() {
        for (String id : new String[] {"a", "b", "c"}) {
            begun().ended(id);
        }
        assertThat(captures.latest()).extracting(Captured::id).containsExactly("c", "b");
        assertThat(captures.request("a")).isEmpty();
    }

    @Test
    void noMoreIsKeptThanThereIsRoomFor() throws IOException {
        Captures small = new Captures(10, 10);
        for (String id : new String[] {"a", "b", "c"}) {
            Captures.Capture capture = Objects.requireNonNull(small.begin());
            capture.asks(body("four"));
            capture.ended(id);
        }
        assertThat(small.latest()).extracting(Captured::id).containsExactly("c", "b");
    }

    @Test
    void requestsThatRunShareTheSameRoom() throws IOException {
        Captures small = new Captures(10, 10);
        Captures.Capture first = Objects.requireNonNull(small.begin());
        first.asks(body("eight---"));
        Captures.Capture second = Objects.requireNonNull(small.begin());
        second.asks(body("four"));
        second.answers(Buffer.buffer("ab"));
        second.answers(Buffer.buffer("c"));
        second.ended("second");
        first.ended("first");
        Captured cut = small.request("second").orElseThrow();
        assertThat(cut.cut()).isTrue();
        assertThat(cut.prompt().length()).isZero();
        assertThat(cut.answer().length()).isEqualTo(2);

        Captures.Capture third = Objects.requireNonNull(small.begin());
        third.asks(body("ten-------"));
        third.ended("third");
        assertThat(small.request("third").orElseThrow().cut()).isFalse();
    }

    @Test
    void ofSeveralWithOneIdTheLatestIsTold() throws IOException {
        kept("first");
        assertThat(kept("second").prompt().text()).isEqualTo("second");
    }

    @Test
    void whatIsLongerIsCut() throws IOException {
        String whole = "é".repeat(Captures.MOST / 2);
        assertThat(kept(whole, "a", whole.substring(1), "b").cut()).isFalse();
        assertThat(kept(whole, "a", whole.substring(1), "b").answer().text())
                .isEqualTo("a" + whole.substring(1) + "b");

        Captured long1 = kept(whole + "x");
        assertThat(long1.cut()).isTrue();
        assertThat(long1.prompt().length()).isEqualTo(Captures.MOST);
        assertThat(whole).startsWith(long1.prompt().text());

        Captured long2 = kept("x", "abc", whole, whole, "d");
        assertThat(long2.cut()).isTrue();
        assertThat(long2.answer().length()).isEqualTo(Captures.MOST);
        assertThat(long2.answer().text()).startsWith("abcééé");
    }

    @Test
    void noPartOfACredentialIsLeftAtACut() throws IOException {
        String key = "sk-0123456789abcdefghijklmnopqrstuvwxyz";
        for (int shown : new int[] {0, 3, 4, 10, 11, 20, key.length() - 1}) {
            String prompt = "-".repeat(Captures.MOST - shown - 1) + " " + key;
            assertThat(kept(prompt, "x" + prompt).prompt().text()).doesNotContain("sk-0");
            assertThat(kept("", prompt).answer().text()).doesNotContain("sk-0");
        }
    }

    @Test
    void credentialsAreMaskedInBoth() throws IOException {
        Captured kept = kept("Use sk-0123456789.", "Bearer 01234", "56789 it is");
        assertThat(kept.prompt().text()).isEqualTo("Use sk-***.");
        assertThat(kept.answer().text()).isEqualTo("Bearer *** it is");
    }

    @Test
    void bytesThatAreNoTextAreReplaced() {
        Captures.Capture capture = begun();
        capture.answers(Buffer.buffer(new byte[] {'a', (byte) 0xff, 'b'}));
        capture.ended("id");
        assertThat(captures.request("id").orElseThrow().answer().text()).isEqualTo("a\uFFFDb");
    }
}
