package io.ganglion.compiler.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sentence pairs to calibrate samples and to compare a compiled model with its source. Half of them
 * are paraphrases. They have from a few to far over a hundred words.
 */
public final class BuiltInPairs {
  /** One or two texts. Only a user's file has single texts. */
  public record Pair(String a, @Nullable String b) {}

  private static final String[] WHO = {
    "the company",
    "a spokesman for the bank",
    "the government",
    "one of the largest retailers",
    "the chief executive",
    "an analyst",
    "the airline",
    "the court",
    "a group of scientists",
    "the mayor of the city",
    "the new director",
    "the team",
    "a small union",
    "the agency",
    "her lawyer",
    "the hospital",
    "local police",
    "the manufacturer",
    "the school board",
    "an independent report"
  };
  private static final String[][] DID = {
    {"said on Monday that", "announced on Monday that"},
    {"told reporters that", "informed journalists that"},
    {"denied that", "rejected the claim that"},
    {"expects that", "believes that"},
    {"confirmed late on Friday that", "said again late on Friday that"},
    {"warned that", "is worried that"},
    {"has learned that", "found out that"},
    {"insisted that", "maintained that"}
  };
  private static final String[][] WHAT = {
    {"profits rose by 12 percent in the third quarter", "earnings grew 12 % in the third quarter"},
    {"about 300 workers would lose their jobs", "some 300 jobs would be cut"},
    {"the merger will be completed next year", "the deal is to close next year"},
    {"the vaccine protects most adults", "most adults are protected by the vaccine"},
    {"the bridge must be closed for repairs", "repairs require the bridge to be shut"},
    {"prices for oil and gas fell sharply", "oil and gas became much cheaper"},
    {"two men were arrested near the station", "police held two men close to the station"},
    {"the trial is going to begin in March", "the court case starts in March"},
    {"the storm damaged hundreds of houses", "hundreds of homes were hurt by the storm"},
    {"the budget leaves no room for tax cuts", "there is no money for lower taxes"},
    {"its new phone sold better than expected", "sales of its new phone beat expectations"},
    {"the old contract was never signed", "nobody ever signed the old contract"}
  };
  private static final String[][] TAIL = {
    {"", ""},
    {", despite a weak economy", ", although the economy is weak"},
    {", according to a letter seen on Tuesday", ", a letter seen on Tuesday shows"},
    {" and that more details would follow within weeks", " and promised more details in weeks"},
    {", which surprised investors in New York and London", ", to the surprise of investors"},
    {" - a decision that critics called \"strange\"", ", a strange decision in the eyes of critics"}
  };

  private BuiltInPairs() {}

  /** The first {@code count} pairs, always the same. */
  public static List<Pair> of(int count) {
    SplittableRandom random = new SplittableRandom(20_260_101);
    List<Pair> pairs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean same = i % 2 == 0;
      // Every eighth pair is long enough to be cut at the usual sequence lengths.
      int sentences = i % 8 == 7 ? 4 + random.nextInt(5) : 1 + random.nextInt(2);
      StringBuilder a = new StringBuilder();
      StringBuilder b = new StringBuilder();
      for (int s = 0; s < sentences; s++) {
        append(a, b, random, same);
      }
      pairs.add(new Pair(a.toString().strip(), b.toString().strip()));
    }
    return pairs;
  }

  private static void append(
      StringBuilder a, StringBuilder b, SplittableRandom random, boolean same) {
    int who = random.nextInt(WHO.length);
    String[] did = DID[random.nextInt(DID.length)];
    int what = random.nextInt(WHAT.length);
    String[] tail = TAIL[random.nextInt(TAIL.length)];
    a.append(WHO[who]).append(' ').append(did[0]).append(' ').append(WHAT[what][0]);
    a.append(tail[0]).append(". ");
    int otherWho = same ? who : random.nextInt(WHO.length);
    int otherWhat = same ? what : random.nextInt(WHAT.length);
    b.append(WHO[otherWho]).append(' ').append(did[1]).append(' ').append(WHAT[otherWhat][1]);
    b.append(tail[1]).append(". ");
  }
}
