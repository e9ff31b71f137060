package dev.aicortex.fleet.observed;

import static dev.aicortex.fleet.FleetFixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.PromptBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mirror against what was measured of Ollama: see docs/routing.md. */
class CacheMirrorTest {
    private static final long PLENTY = 1 << 20;
    private static final long BATCH = 4 * 512;

    private static long now;

    private static CacheMirror mirror(CacheRule rule) {
        CacheMirror mirror = new CacheMirror(rule, new CacheMirror.Pause());
        mirror.setUp(PLENTY, BATCH);
        return mirror;
    }

    /** It is answered to its end. */
    private static void end(CacheMirror mirror, CacheMirror.Seat seat, int parallel, long at) {
        mirror.answers(seat, parallel, at);
        mirror.leave(seat, parallel, at);
    }

    /** How many bytes of a prompt were cached when it was asked. */
    private static long asked(CacheMirror mirror, PromptBlocks prompt, int parallel) {
        long cached = mirror.cachedBytes(prompt, parallel);
        end(mirror, mirror.take(prompt, parallel, now++), parallel, now++);
        return cached;
    }

    private static long asked(CacheMirror mirror, String prompt, int parallel) {
        return asked(mirror, prompt(prompt), parallel);
    }

    /** A conversation's prompt: a beginning of so many bytes that others share, then its own. */
    private static PromptBlocks conversation(int shared, int number, int... own) {
        long[] hashes = new long[own.length + 1];
        int[] ends = new int[hashes.length];
        hashes[0] = shared;
        ends[0] = shared;
        for (int i = 0; i < own.length; i++) {
            hashes[i + 1] = 1_000_003L * number + i + 1;
            ends[i + 1] = ends[i] + own[i];
        }
        return new PromptBlocks(hashes, ends);
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
    class BeforeVersion30 {
        private final CacheMirror mirror = mirror(new FirstPlace());

        @Test
        void promptsOneAfterTheOtherPushEachOtherOutAlthoughThereAreTwoPlaces() {
            assertThat(asked(mirror, "a", 2)).isZero();
            assertThat(asked(mirror, "b", 2)).isZero();
            assertThat(asked(mirror, "a", 2)).isZero();
            assertThat(asked(mirror, "b", 2)).isZero();
        }

        @Test
        void promptsAtTheSameTimeBothStayUntilAThirdTakesTheFirstPlace() {
            CacheMirror.Seat a = mirror.take(prompt("a"), 2, now++);
            CacheMirror.Seat b = mirror.take(prompt("b"), 2, now++);
            end(mirror, a, 2, now++);
            end(mirror, b, 2, now++);
            assertThat(asked(mirror, "b", 2)).isEqualTo(100);
            assertThat(asked(mirror, "a", 2)).isEqualTo(100);
            assertThat(asked(mirror, "c", 2)).isZero();
            assertThat(asked(mirror, "b", 2)).isEqualTo(100);
            assertThat(asked(mirror, "a", 2)).isZero();
        }

        @Test
        void aConversationPaysOnlyForWhatIsNew() {
            asked(mirror, "sab", 2);
            assertThat(asked(mirror, "sabcd", 2)).isEqualTo(300);
            assertThat(asked(mirror, "sx", 2)).isEqualTo(100);
        }

        @Test
        void aPlaceThatIsBusyHelpsNobody() {
            mirror.take(prompt("a"), 2, now++);
            CacheMirror.Seat other = mirror.take(prompt("b"), 2, now++);
            end(mirror, other, 2, now++);
            assertThat(mirror.cachedBytes(prompt("a"), 2)).isZero();
        }

        @Test
        void whatIsPushedOutWeighsLessTheLongerItIsUnused() {
            end(mirror, mirror.take(prompt("sab"), 1, 0), 1, 0);
            assertThat(mirror.look(prompt("sxy"), 1, 0).pushedOut()).isEqualTo(300);
            assertThat(mirror.look(prompt("sxy"), 1, 15_000).pushedOut()).isBetween(100.0, 120.0);
            assertThat(mirror.look(prompt("sabc"), 1, 0).pushedOut()).isZero();
        }

        @Test
        void keepsNoMoreThanAPromptForEachPlace() {
            List<CacheMirror.Seat> seats = new ArrayList<>();
            List<PromptBlocks> all =
                    IntStream.range(200, 203).mapToObj(i -> prompt(Character.toString(i))).toList();
            all.forEach(one -> seats.add(mirror.take(one, 3, now++)));
            seats.forEach(seat -> end(mirror, seat, 3, now++));
            for (int i = 300; i < 1_000; i++) {
                asked(mirror, Character.toString(i), 3);
            }
            assertThat(all.stream().filter(one -> mirror.cachedBytes(one, 3) > 0)).hasSize(2);
        }
    }

    /** The tables of what was measured of 0.33 at full attention. */
    @Nested
    class SinceVersion30 {
        private final CacheMirror mirror = mirror(new LlamaServer(false));

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4})
        void promptsThatTakeTurnsAreAllKept(int parallel) {
            for (String first : List.of("a", "b", "c")) {
                assertThat(asked(mirror, first, parallel)).isZero();
            }
            for (String again : List.of("a", "b", "c", "a", "b", "c")) {
                assertThat(asked(mirror, again, parallel)).isEqualTo(100);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4})
        void tenConversationsAreAllKeptThatShareAThird(int parallel) {
            for (int i = 0; i < 10; i++) {
                assertThat(asked(mirror, conversation(300, i, 600), parallel))
                        .isLessThanOrEqualTo(300);
            }
            for (int i = 0; i < 10; i++) {
                assertThat(asked(mirror, conversation(300, i, 600, 41), parallel)).isEqualTo(900);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4})
        void shortConversationsPayTheirOwnPartEachTurnUnderALongBeginning(int parallel) {
            for (int i = 0; i < 10; i++) {
                asked(mirror, conversation(1_000, i, 114), parallel);
            }
            for (int i = 0; i < 10; i++) {
                assertThat(asked(mirror, conversation(1_000, i, 114, 41), parallel))
                        .isEqualTo(1_000);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void aShortRequestWithTheSameBeginningCostsAConversationAllOfItself(int parallel) {
            asked(mirror, conversation(300, 1, 2_000), parallel);
            assertThat(asked(mirror, conversation(300, 2, 20), parallel)).isEqualTo(300);
            assertThat(asked(mirror, conversation(300, 1, 2_000, 41), parallel)).isEqualTo(300);
        }

        @Test
        void aShortRequestThatSharesNothingCostsNobodyAnything() {
            asked(mirror, conversation(300, 1, 2_000), 1);
            assertThat(asked(mirror, prompt("x"), 1)).isZero();
            assertThat(asked(mirror, conversation(300, 1, 2_000, 41), 1)).isEqualTo(2_300);
        }

        @Test
        void aPlaceWithNoMoreThanATenthInCommonIsNotTheLikest() {
            asked(mirror, conversation(300, 1, 100), 2);
            assertThat(mirror.cachedBytes(conversation(300, 2, 2_900), 2)).isZero();
            assertThat(mirror.cachedBytes(conversation(300, 2, 2_600), 2)).isEqualTo(300);
        }

        @Test
        void whatHasLessThanAQuarterInCommonStaysInTheHostsMemory() {
            asked(mirror, conversation(200, 1, 800), 1);
            asked(mirror, prompt("x"), 1);
            assertThat(mirror.cachedBytes(conversation(200, 2, 300), 1)).isZero();
            asked(mirror, conversation(330, 3, 670), 1);
            asked(mirror, prompt("y"), 1);
            assertThat(mirror.cachedBytes(conversation(330, 4, 300), 1)).isEqualTo(330);
        }

        @Test
        void whatIsSavedMovesBackIntoThePlace() {
            asked(mirror, conversation(300, 1, 700), 1);
            asked(mirror, conversation(300, 2, 700), 1);
            asked(mirror, conversation(300, 3, 700), 1);
            assertThat(asked(mirror, conversation(300, 1, 700, 10), 1)).isEqualTo(1_000);
            assertThat(asked(mirror, conversation(300, 1, 700), 1)).isEqualTo(1_000);
        }

        @Test
        void theOldestLeavesTheHostsMemoryFirst() {
            mirror.setUp(250, BATCH);
            for (String each : List.of("a", "b", "c", "d")) {
                asked(mirror, each, 1);
            }
            assertThat(mirror.cachedBytes(prompt("a"), 1)).isZero();
            assertThat(mirror.cachedBytes(prompt("b"), 1)).isEqualTo(100);
            assertThat(mirror.cachedBytes(prompt("c"), 1)).isEqualTo(100);
            assertThat(mirror.look(prompt("e"), 1, now).pushedOut()).isCloseTo(100, within());
        }

        @Test
        void nobodyLosesByAConversationThatGoesOn() {
            asked(mirror, conversation(300, 1, 2_000), 2);
            asked(mirror, conversation(300, 2, 2_000), 2);
            assertThat(mirror.look(conversation(300, 1, 2_000, 41), 2, now).pushedOut()).isZero();
        }

        @Test
        void aShortRequestIsKnownToCostTheConversationThatItSharesABeginningWith() {
            asked(mirror, conversation(300, 1, 2_000), 2);
            assertThat(mirror.look(conversation(300, 2, 20), 2, now).pushedOut())
                    .isCloseTo(2_000, within());
            assertThat(mirror.look(prompt("x"), 2, now).pushedOut()).isZero();
        }

        @Test
        void aShortRequestIsKnownToCostOneThatIsInTheHostsMemory() {
            asked(mirror, conversation(300, 1, 2_000), 1);
            asked(mirror, prompt("x"), 1);
            assertThat(mirror.look(conversation(300, 2, 20), 1, now).pushedOut())
                    .isCloseTo(2_000, within());
        }

        @Test
        void nobodyMissesAPromptThatNobodyGoesOnFrom() {
            asked(mirror, conversation(300, 1, 2_000).alone(), 1);
            assertThat(mirror.look(conversation(300, 2, 20), 1, now).pushedOut()).isZero();
        }

        @Test
        void nobodyCanUseAPromptThatIsNotEvaluatedYet() {
            asked(mirror, "sab", 2);
            CacheMirror.Seat busy = mirror.take(prompt("sxyz"), 2, now++);
            assertThat(mirror.cachedBytes(prompt("sxyz"), 2)).isEqualTo(100);
            end(mirror, busy, 2, now++);
            assertThat(mirror.cachedBytes(prompt("sxyz"), 2)).isEqualTo(400);
        }
    }

    @Test
    void withASlidingWindowWhatDiffersLongBeforeTheEndIsEvaluatedWhole() {
        CacheMirror mirror = mirror(new LlamaServer(true));
        asked(mirror, conversation(1_200, 1, 3_600), 1);
        assertThat(mirror.cachedBytes(conversation(1_200, 2, 3_600), 1)).isZero();
        assertThat(mirror.cachedBytes(conversation(1_200, 1, 3_600, 41), 1)).isEqualTo(4_800);
        asked(mirror, conversation(4_000, 3, 456), 1);
        assertThat(mirror.cachedBytes(conversation(4_000, 4, 456), 1)).isEqualTo(4_000);
    }

    @Test
    void withASlidingWindowALongBeginningIsOfUseUpToTheLastCheckpointInIt() {
        CacheMirror mirror = mirror(new LlamaServer(true));
        mirror.setUp(PLENTY, 200);
        asked(mirror, "abcdefgh", 1);
        assertThat(asked(mirror, "abcdefghijklmnop", 1)).isEqualTo(800);
        assertThat(mirror.look(prompt("abcdefghxy"), 1, now).pushedOut())
                .isCloseTo(1_000, within());
        assertThat(asked(mirror, "abcdefghxy", 1)).isEqualTo(600);
        assertThat(asked(mirror, "stuvw", 1)).isZero();
        assertThat(asked(mirror, "abcdefghxy", 1)).as("from the host's memory").isEqualTo(1_000);
    }

    @Test
    void checkpointsOfEarlierTurnsAreFarApart() {
        Checkpoints first = Checkpoints.NONE.after(0, 10_000, BATCH);
        assertThat(first.at()).containsExactly(7_952, 10_000);
        Checkpoints second = first.after(10_000, 50_000, BATCH);
        assertThat(second.at()).containsExactly(7_952, 47_952, 50_000);
        Checkpoints third = second.after(50_000, 51_000, BATCH);
        assertThat(third.at()).containsExactly(7_952, 47_952, 51_000);
        assertThat(third.after(9_000, 20_000, BATCH).at()).containsExactly(7_952, 17_952, 20_000);
        assertThat(third.last(47_000)).isEqualTo(7_952);
        assertThat(third.last(7_000)).isZero();
    }

    /** So many blocks, the last of which has all the rest. */
    private static PromptBlocks full(int turn) {
        long[] hashes = IntStream.range(0, PromptBlocks.MOST).mapToLong(i -> i + 7).toArray();
        hashes[PromptBlocks.MOST - 1] += turn;
        int[] ends = IntStream.rangeClosed(1, PromptBlocks.MOST).map(i -> i * 100).toArray();
        ends[PromptBlocks.MOST - 1] += turn * 5_000;
        return new PromptBlocks(hashes, ends);
    }

    @Test
    void aConversationThatFillsItsChainGoesOnWhateverItsRestIs() {
        CacheMirror mirror = mirror(new LlamaServer(true));
        asked(mirror, full(1), 1);
        assertThat(asked(mirror, full(2), 1)).isEqualTo(25_500);
        assertThat(mirror.look(full(3), 1, now).pushedOut()).isZero();
    }

    @Test
    void whatWasBrokenOffIsNotKeptAsAWhole() {
        CacheMirror mirror = mirror(new LlamaServer(false));
        asked(mirror, conversation(300, 1, 10), 1);
        CacheMirror.Seat left = mirror.take(conversation(300, 2, 2_000), 1, now++);
        mirror.leave(left, 1, now++);
        asked(mirror, prompt("x"), 1);
        assertThat(mirror.cachedBytes(conversation(300, 2, 2_000), 1)).isZero();
    }

    @Test
    void placesThatAServerTurnsOutNotToHaveAreForgotten() {
        CacheMirror mirror = mirror(new LlamaServer(false));
        CacheMirror.Seat a = mirror.take(prompt("a"), 2, now++);
        end(mirror, mirror.take(prompt("b"), 2, now++), 2, now++);
        end(mirror, a, 2, now++);
        asked(mirror, prompt("c"), 1);
        assertThat(mirror.cachedBytes(prompt("b"), 1)).isZero();
    }

    @Test
    void whoFindsAllPlacesBusyGetsTheFirstThatIsLeft() {
        CacheMirror mirror = mirror(new FirstPlace());
        CacheMirror.Seat a = mirror.take(prompt("a"), 2, now++);
        CacheMirror.Seat b = mirror.take(prompt("b"), 2, now++);
        CacheMirror.Seat c = mirror.take(prompt("c"), 2, now++);
        CacheMirror.Seat d = mirror.take(prompt("d"), 2, now++);
        mirror.leave(d, 2, now++); // its client did not want to wait
        end(mirror, b, 2, now++);
        end(mirror, c, 2, now++);
        assertThat(mirror.cachedBytes(prompt("c"), 2)).isEqualTo(100);
        assertThat(mirror.cachedBytes(prompt("b"), 2)).isZero();
        end(mirror, a, 2, now++);
        assertThat(mirror.cachedBytes(prompt("a"), 2)).isEqualTo(100);
        assertThat(mirror.cachedBytes(prompt("d"), 2)).isZero();
    }

    @Test
    void aServerThatLostItsCachesIsNotBelievedToHaveThem() {
        CacheMirror mirror = mirror(new LlamaServer(false));
        asked(mirror, "a", 2);
        CacheMirror.Seat busy = mirror.take(prompt("b"), 2, now++);
        mirror.forgetTheRest();
        end(mirror, busy, 2, now++);
        assertThat(mirror.cachedBytes(prompt("a"), 2)).isZero();
        assertThat(mirror.cachedBytes(prompt("b"), 2)).isEqualTo(100);
        mirror.clear();
        assertThat(mirror.cachedBytes(prompt("b"), 2)).isZero();
    }

    /** A moment has passed since. */
    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1.0);
    }
}
