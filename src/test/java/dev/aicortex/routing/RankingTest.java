package dev.aicortex.routing;

import static dev.aicortex.testing.FactsTable.busy;
import static dev.aicortex.testing.FactsTable.closed;
import static dev.aicortex.testing.FactsTable.doubtful;
import static dev.aicortex.testing.FactsTable.idle;
import static dev.aicortex.testing.FactsTable.lately;
import static dev.aicortex.testing.FactsTable.measured;
import static dev.aicortex.testing.FactsTable.standing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.testing.FactsTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RankingTest {
    /** Ten kilobytes. */
    private static final PromptBlocks PROMPT =
            new PromptBlocks(new long[] {7}, new int[] {10 * 1024});

    private static int chosen(Policy policy, Facts... facts) {
        return Ranking.best(
                FactsTable.of(facts), new Ask(policy, PROMPT, false, 0, 0), List.of(), 0);
    }

    @Nested
    class WhateverThePolicy {
        @ParameterizedTest
        @EnumSource
        void asksAServerThatFailedLatelyOnlyAfterAllOthers(Policy policy) {
            assertThat(chosen(policy, doubtful(idle(0)), busy(1, 9))).isEqualTo(1);
            assertThat(chosen(policy, doubtful(idle(0)))).isEqualTo(0);
        }

        @ParameterizedTest
        @EnumSource
        void leavesOutServersThatAreDownOrWhoseBreakerIsOpen(Policy policy) {
            assertThat(chosen(policy, closed(idle(0)), busy(1, 9))).isEqualTo(1);
            assertThat(chosen(policy, closed(idle(0)))).isEqualTo(Ranking.NONE);
        }

        @ParameterizedTest
        @EnumSource
        void neverAsksTheSameServerTwice(Policy policy) {
            FactsTable table = FactsTable.of(idle(0), busy(1, 9));
            Ask ask = Ask.of(policy);
            assertThat(Ranking.best(table, ask, List.of(table.server(0)), 0)).isEqualTo(1);
            assertThat(Ranking.best(table, ask, List.of(table.server(0), table.server(1)), 0))
                    .isEqualTo(Ranking.NONE);
        }
    }

    @Nested
    class OfServersThatNothingTellsApart {
        @ParameterizedTest
        @EnumSource(names = {"EXPECTED_FIRST_TOKEN", "LEAST_BUSY"})
        void theOneWithTheFewestRequestsInFlightIsAsked(Policy policy) {
            assertThat(chosen(policy, busy(0, 2), busy(1, 1), busy(2, 3))).isEqualTo(1);
        }

        @ParameterizedTest
        @EnumSource(names = {"EXPECTED_FIRST_TOKEN", "LEAST_BUSY"})
        void theConfiguredOrderDecidesWhenTheyAreAsBusy(Policy policy) {
            assertThat(chosen(policy, busy(2, 1), busy(0, 1), busy(1, 1))).isEqualTo(1);
        }

        @Test
        void requestsThatBelongTogetherGoToTheSameOneAndDifferentOnesSpread() {
            FactsTable table = FactsTable.of(idle(0), idle(1), idle(2), idle(3));
            Map<Integer, Integer> counts = new TreeMap<>();
            for (long key = 1; key <= 400; key++) {
                Ask ask = new Ask(Policy.EXPECTED_FIRST_TOKEN, PROMPT, false, key, 0);
                int first = Ranking.best(table, ask, List.of(), 0);
                assertThat(Ranking.best(table, ask, List.of(), 0)).isEqualTo(first);
                counts.merge(first, 1, Integer::sum);
            }
            assertThat(counts.values()).hasSize(4).allMatch(count -> count > 70 && count < 130);
        }

        @Test
        void aServerThatLeavesMovesOnlyItsOwnKeys() {
            FactsTable all = FactsTable.of(idle(0), idle(1), idle(2), idle(3));
            FactsTable without = FactsTable.of(idle(0), idle(1), closed(idle(2)), idle(3));
            for (long key = 1; key <= 200; key++) {
                Ask ask = new Ask(Policy.EXPECTED_FIRST_TOKEN, PROMPT, false, key, 0);
                int before = Ranking.best(all, ask, List.of(), 0);
                if (before != 2) {
                    assertThat(Ranking.best(without, ask, List.of(), 0)).isEqualTo(before);
                }
            }
        }
    }

    @Nested
    class ExpectedFirstToken {
        private static int chosen(Facts... facts) {
            return RankingTest.chosen(Policy.EXPECTED_FIRST_TOKEN, facts);
        }

        @Test
        void aModelInMemoryComesBeforeAnIdleServerThatHasToLoadIt() {
            assertThat(chosen(measured(0, 0, 1, 400, 5_000, 0, 0), measured(1, 3, 1, 400, 0, 0, 0)))
                    .isEqualTo(1);
        }

        @Test
        void aQueueThatIsLongerThanALoadMakesTheLoadWorthIt() {
            assertThat(
                            chosen(
                                    measured(0, 0, 1, 2_000, 5_000, 0, 0),
                                    measured(1, 4, 1, 2_000, 0, 0, 0)))
                    .isEqualTo(0);
        }

        @Test
        void whereServersAreBusyItIsBetterToWaitForACacheThanToEvaluate() {
            Facts cached = measured(0, 1, 1, 4_000, 0, 250, PROMPT.bytes());
            Facts free = measured(1, 0, 1, 4_000, 0, 250, 0);
            assertThat(chosen(cached, free)).isEqualTo(1);
            Facts busy = measured(2, 1, 1, 4_000, 0, 500, 0);
            assertThat(chosen(cached, free, busy, busy, busy)).isEqualTo(0);
        }

        @Test
        void aPromptThatIsBeingEvaluatedKeepsOthersWaitingWhateverPlaceIsFree() {
            Facts evaluates =
                    new Facts(true, false, 0, 1, 4, 0, false, 500, 0, 80, 1, 0, 0, 60_000, 0);
            Facts answers = new Facts(true, false, 1, 1, 4, 0, false, 500, 0, 80, 1, 0, 0, 0, 0);
            assertThat(chosen(evaluates, answers)).isEqualTo(1);
        }

        @Test
        void placesThatAreFreeAreNoQueue() {
            Facts full = measured(0, 2, 2, 1_000, 0, 0, 0);
            Facts free = measured(1, 3, 4, 1_000, 0, 0, 0);
            Facts third = measured(2, 3, 3, 1_000, 0, 0, 0);
            assertThat(chosen(full, free, third)).isEqualTo(1);
        }

        @Test
        void aCachedPromptComesBeforeAFasterServer() {
            Facts fast = measured(0, 0, 1, 500, 0, 40, 0);
            Facts warm = measured(1, 0, 1, 500, 0, 80, 9 * 1024);
            assertThat(chosen(fast, warm)).isEqualTo(1);
        }

        @Test
        void aPromptThatNobodyNeedsAnyMoreIsPushedOutBeforeOneThatIsInUse() {
            Facts inUse = new Facts(true, false, 0, 0, 1, 0, false, 500, 0, 80, 1, 0, 0, 0, 8_000);
            Facts stale = new Facts(true, false, 1, 0, 1, 0, false, 500, 0, 80, 1, 0, 0, 0, 10);
            assertThat(chosen(inUse, stale)).isEqualTo(1);
        }

        @Test
        void aServerThatNothingIsKnownOfIsTried() {
            assertThat(chosen(measured(0, 0, 1, 500, 0, 40, 0), idle(1))).isEqualTo(1);
        }

        @Test
        void whatIsNearlyAsGoodIsAsGood() {
            assertThat(chosen(measured(0, 0, 2, 0, 0, 10.1, 0), measured(1, 0, 2, 0, 0, 10, 0)))
                    .isEqualTo(0);
        }

        @Test
        void aWarmServerOverflowsAboveAQuarterMoreThanTheMean() {
            Facts warm = measured(0, 2, 2, 500, 0, 80, 10 * 1024);
            Facts cold = measured(1, 1, 2, 500, 0, 80, 0);
            assertThat(chosen(warm, cold)).isEqualTo(0); // 1.25 x 4 / 2, rounded up, is 3
            Facts hot = measured(0, 4, 2, 500, 0, 80, 10 * 1024);
            assertThat(chosen(hot, cold)).isEqualTo(1); // 1.25 x 6 / 2 is 4
        }
    }

    @Nested
    class WhatBeginsAConversation {
        private static int chosen(Facts... facts) {
            Ask ask = new Ask(Policy.EXPECTED_FIRST_TOKEN, PROMPT, true, 0, 0);
            return Ranking.best(FactsTable.of(facts), ask, List.of(), 0);
        }

        @Test
        void goesPastAServerThatHasHadItsShareLately() {
            Facts warm = measured(0, 0, 2, 500, 0, 80, 9 * 1024);
            Facts hot =
                    new Facts(true, false, 0, 0, 2, 30, false, 500, 0, 80, 1, 0, 9 * 1024, 0, 0);
            assertThat(chosen(warm, lately(1, 10, false, 0))).isEqualTo(0);
            assertThat(chosen(hot, lately(1, 10, false, 0))).isEqualTo(1);
            assertThat(
                            RankingTest.chosen(
                                    Policy.EXPECTED_FIRST_TOKEN, hot, lately(1, 10, false, 0)))
                    .isEqualTo(0); // what goes on stays
        }

        @Test
        void loadsTheModelOnAServerWithRoomWhenThereIsEnoughToDo() {
            assertThat(chosen(lately(0, 30, false, 0), lately(1, 0, true, 5_000))).isEqualTo(1);
            assertThat(chosen(lately(0, 30, false, 0), lately(1, 0, false, 5_000))).isEqualTo(0);
            assertThat(chosen(lately(0, 3, false, 0), lately(1, 0, true, 5_000))).isEqualTo(0);
        }

        @Test
        void goesToTheOneThatWasGivenLeastWhenNothingElseTellsThemApart() {
            assertThat(chosen(lately(0, 9, false, 0), lately(1, 8, false, 0))).isEqualTo(1);
        }
    }

    @Nested
    class InALargeFleet {
        private static int chosen(Facts... facts) {
            return RankingTest.chosen(Policy.EXPECTED_FIRST_TOKEN, facts);
        }

        private static int chosen(long now, long key, FactsTable facts) {
            Ask ask = new Ask(Policy.EXPECTED_FIRST_TOKEN, PROMPT, false, key, 0);
            return Ranking.best(facts, ask, List.of(), now);
        }

        private static Facts[] thousand(IntFunction<Facts> each) {
            return IntStream.range(0, 1_000).mapToObj(each).toArray(Facts[]::new);
        }

        @Test
        void theOneServerWithTheModelInMemoryIsFound() {
            Facts[] all = thousand(i -> measured(i, 0, 1, 500, i == 700 ? 0 : 5_000, 80, 0));
            assertThat(chosen(all)).isEqualTo(700);
        }

        @Test
        void amongThoseThatAllHaveTheModelTheOneThatKnowsThePromptIsFound() {
            FactsTable all =
                    FactsTable.of(
                            thousand(i -> measured(i, 0, 1, 500, 0, 80, i == 700 ? 9 * 1024 : 0)));
            for (int now = 0; now < 50; now++) {
                assertThat(chosen(now, 0, all)).isEqualTo(700);
            }
        }

        @Test
        void amongThoseThatAllHaveTheModelTheRequestsOfOneKeyAlwaysFindTheSame() {
            FactsTable all = FactsTable.of(thousand(i -> measured(i, 0, 1, 500, 0, 80, 0)));
            for (long key = 1; key < 20; key++) {
                int first = chosen(0, key, all);
                assertThat(chosen(1, key, all)).isEqualTo(first);
                assertThat(chosen(77, key, all)).isEqualTo(first);
            }
        }

        @Test
        void amongThoseThatAllHaveTheModelEachGetsItsTurn() {
            FactsTable all = FactsTable.of(thousand(i -> measured(i, 0, 1, 500, 0, 80, 0)));
            Set<Integer> found = new TreeSet<>();
            for (int now = 0; now < 8; now++) {
                found.add(chosen(now, 0, all));
            }
            assertThat(found).hasSizeGreaterThan(6);
        }

        @Test
        void ofThoseThatWouldHaveToLoadTheModelOneWithRoomIsFoundAmongMore() {
            Facts[] all = thousand(i -> measured(i, 0, 1, 500, i == 60 ? 3_000 : 5_000, 80, 0));
            assertThat(chosen(all)).isEqualTo(60);
        }

        @Test
        void aServerThatFailedLatelyIsAskedOnlyWhenAllOthersDidToo() {
            Facts good = measured(700, 0, 1, 500, 9_000, 80, 0);
            Facts bad = doubtful(measured(0, 0, 1, 500, 0, 80, 0));
            assertThat(chosen(thousand(i -> i == 700 ? good : bad))).isEqualTo(700);
        }

        @Test
        void theOneServerThatIsOpenIsFound() {
            Facts cold = measured(0, 0, 1, 500, 5_000, 80, 0);
            assertThat(chosen(thousand(i -> i == 700 ? cold : closed(cold)))).isEqualTo(700);
        }
    }

    @Nested
    class TheOtherPolicies {
        @Test
        void roundRobinGivesEachTheSame() {
            FactsTable table = FactsTable.of(busy(0, 5), idle(1), idle(2));
            List<Integer> order =
                    IntStream.range(0, 6)
                            .mapToObj(turn ->
                                    Ranking.best(
                                            table,
                                            new Ask(Policy.ROUND_ROBIN, PROMPT, false, 0, turn),
                                            List.of(),
                                            0))
                            .toList();
            assertThat(order).containsExactly(0, 1, 2, 0, 1, 2);
        }

        @Test
        void priorityFillsTheFirstServerBeforeItAsksTheNext() {
            Policy priority = Policy.PRIORITY;
            assertThat(chosen(priority, standing(0, 0, 1, 2), standing(1, 1, 1, 1))).isEqualTo(1);
            assertThat(chosen(priority, standing(0, 0, 1, 2), standing(1, 2, 1, 1))).isEqualTo(0);
            assertThat(chosen(priority, standing(0, 2, 1, 2), standing(1, 3, 1, 1))).isEqualTo(1);
        }

        @Test
        void weightedAsksEachAsOftenAsItsWeightSays() {
            FactsTable table = FactsTable.of(standing(0, 0, 1, 0), standing(1, 0, 3, 0));
            long heavy =
                    IntStream.range(0, 4_000)
                            .filter(turn ->
                                    Ranking.best(
                                                    table,
                                                    new Ask(
                                                            Policy.WEIGHTED,
                                                            PROMPT,
                                                            false,
                                                            0,
                                                            turn),
                                                    List.of(),
                                                    0)
                                            == 1)
                            .count();
            assertThat(heavy).isBetween(2_850L, 3_150L);
        }
    }
}
