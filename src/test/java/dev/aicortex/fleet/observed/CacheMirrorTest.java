package dev.aicortex.fleet.observed;

import static dev.aicortex.fleet.FleetFixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.PromptBlocks;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The mirror against what was measured of Ollama: see docs/routing.md. */
class CacheMirrorTest {
    private static long now;

    private static long asked(CacheMirror mirror, String prompt) {
        long cached = mirror.cachedBytes(prompt(prompt));
        end(mirror, mirror.take(prompt(prompt), 2, now++), 2, now++);
        return cached;
    }

    /** It is answered to its end. */
    private static void end(CacheMirror mirror, CacheMirror.Seat seat, int parallel, long at) {
        mirror.answers(seat, parallel, at);
        mirror.leave(seat, parallel, at);
    }

    @Test
    void findsTheLongestCommonBeginningWhereverItEnds() {
        for (int length = 0; length <= 9; length++) {
            String common = "abcdefghi".substring(0, length);
            assertThat(prompt(common + "xyz").common(prompt(common + "uvwst"))).isEqualTo(length);
            assertThat(prompt(common).common(prompt(common + "uv"))).isEqualTo(length);
        }
    }

    @Nested
    class ByDefault {
        private final CacheMirror mirror = new CacheMirror(false, new CacheMirror.Pause());

        @Test
        void promptsOneAfterTheOtherPushEachOtherOutAlthoughThereAreTwoPlaces() {
            assertThat(asked(mirror, "a")).isZero();
            assertThat(asked(mirror, "b")).isZero();
            assertThat(asked(mirror, "a")).isZero();
            assertThat(asked(mirror, "b")).isZero();
        }

        @Test
        void promptsAtTheSameTimeBothStayUntilAThirdTakesTheFirstPlace() {
            CacheMirror.Seat a = mirror.take(prompt("a"), 2, now++);
            CacheMirror.Seat b = mirror.take(prompt("b"), 2, now++);
            end(mirror, a, 2, now++);
            end(mirror, b, 2, now++);
            assertThat(asked(mirror, "b")).isEqualTo(100);
            assertThat(asked(mirror, "a")).isEqualTo(100);
            assertThat(asked(mirror, "c")).isZero();
            assertThat(asked(mirror, "b")).isEqualTo(100);
            assertThat(asked(mirror, "a")).isZero();
        }

        @Test
        void aConversationPaysOnlyForWhatIsNew() {
            asked(mirror, "sab");
            assertThat(asked(mirror, "sabcd")).isEqualTo(300);
            assertThat(asked(mirror, "sx")).isEqualTo(100);
        }

        @Test
        void aPlaceThatIsBusyHelpsNobody() {
            mirror.take(prompt("a"), 2, now++);
            CacheMirror.Seat other = mirror.take(prompt("b"), 2, now++);
            end(mirror, other, 2, now++);
            assertThat(mirror.cachedBytes(prompt("a"))).isZero();
        }
    }

    @Nested
    class SharedBetweenUsers {
        private final CacheMirror mirror = new CacheMirror(true, new CacheMirror.Pause());

        @Test
        void thePlaceThatIsLongestUnusedIsTaken() {
            assertThat(asked(mirror, "a")).isZero();
            assertThat(asked(mirror, "b")).isZero();
            assertThat(asked(mirror, "a")).isEqualTo(100);
            assertThat(asked(mirror, "b")).isEqualTo(100);
            assertThat(asked(mirror, "c")).isZero();
            assertThat(asked(mirror, "b")).isEqualTo(100);
            assertThat(asked(mirror, "a")).isZero();
        }

        @Test
        void aConversationThatSharesItsBeginningDoesNotPushTheOtherOut() {
            asked(mirror, "sab");
            assertThat(asked(mirror, "sxy")).isEqualTo(100);
            assertThat(asked(mirror, "sabcd")).isEqualTo(300);
            assertThat(asked(mirror, "sxyz")).isEqualTo(300);
        }
    }

    @Test
    void whatIsPushedOutWeighsLessTheLongerItIsUnused() {
        CacheMirror mirror = new CacheMirror(true, new CacheMirror.Pause());
        end(mirror, mirror.take(prompt("sab"), 1, 0), 1, 0);
        assertThat(mirror.pushedOut(prompt("sxy"), 1, 0)).isEqualTo(300);
        assertThat(mirror.pushedOut(prompt("sxy"), 1, 15_000)).isBetween(100.0, 120.0);
        assertThat(mirror.pushedOut(prompt("sabc"), 1, 0)).isZero();
        assertThat(mirror.pushedOut(prompt("sxy"), 2, 0)).isZero();
    }

    @Test
    void whoFindsAllPlacesBusyGetsTheFirstThatIsLeft() {
        CacheMirror mirror = new CacheMirror(false, new CacheMirror.Pause());
        CacheMirror.Seat a = mirror.take(prompt("a"), 2, now++);
        CacheMirror.Seat b = mirror.take(prompt("b"), 2, now++);
        CacheMirror.Seat c = mirror.take(prompt("c"), 2, now++);
        CacheMirror.Seat d = mirror.take(prompt("d"), 2, now++);
        mirror.leave(d, 2, now++); // its client did not want to wait
        end(mirror, b, 2, now++);
        end(mirror, c, 2, now++);
        assertThat(mirror.cachedBytes(prompt("c"))).isEqualTo(100);
        assertThat(mirror.cachedBytes(prompt("b"))).isZero();
        end(mirror, a, 2, now++);
        assertThat(mirror.cachedBytes(prompt("a"))).isEqualTo(100);
        assertThat(mirror.cachedBytes(prompt("d"))).isZero();
    }

    @Test
    void aServerThatLostItsCachesIsNotBelievedToHaveThem() {
        CacheMirror mirror = new CacheMirror(true, new CacheMirror.Pause());
        asked(mirror, "a");
        CacheMirror.Seat busy = mirror.take(prompt("b"), 2, now++);
        mirror.forgetTheRest();
        end(mirror, busy, 2, now++);
        assertThat(mirror.cachedBytes(prompt("a"))).isZero();
        assertThat(mirror.cachedBytes(prompt("b"))).isEqualTo(100);
        mirror.clear();
        assertThat(mirror.cachedBytes(prompt("b"))).isZero();
    }

    @Test
    void keepsNoMoreThanAPromptForEachPlace() {
        CacheMirror mirror = new CacheMirror(true, new CacheMirror.Pause());
        List<PromptBlocks> all =
                IntStream.range(200, 1_200).mapToObj(i -> prompt(Character.toString(i))).toList();
        all.forEach(one -> end(mirror, mirror.take(one, 3, now++), 3, now++));
        assertThat(all.stream().filter(one -> mirror.cachedBytes(one) > 0).count()).isEqualTo(3);
    }

    @Test
    void nobodyCanUseAPromptThatIsNotEvaluatedYet() {
        CacheMirror mirror = new CacheMirror(true, new CacheMirror.Pause());
        asked(mirror, "sab");
        CacheMirror.Seat busy = mirror.take(prompt("sxyz"), 2, now++);
        assertThat(mirror.cachedBytes(prompt("sxyz"))).isEqualTo(100);
        mirror.answers(busy, 2, now++);
        assertThat(mirror.cachedBytes(prompt("sxyz"))).isEqualTo(400);
    }

    @Test
    void nobodyMissesAPromptThatNobodyGoesOnFrom() {
        CacheMirror mirror = new CacheMirror(true, new CacheMirror.Pause());
        end(mirror, mirror.take(prompt("abc").alone(), 1, 0), 1, 0);
        assertThat(mirror.pushedOut(prompt("xyz"), 1, 0)).isZero();
    }
}
