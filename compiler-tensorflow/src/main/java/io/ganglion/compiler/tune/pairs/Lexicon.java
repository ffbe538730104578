package io.ganglion.compiler.tune.pairs;

import com.google.common.base.Splitter;
import java.util.List;

/** The generator's words other than verbs. Each line of a block is one meaning. */
final class Lexicon {
  private static final Splitter SPACES = Splitter.onPattern("\\s+");
  private static final Splitter COMMAS = Splitter.on(',');

  /** First halves of invented names. */
  static final List<String> STEMS =
      words(
          """
          Vel Tor Mar Dorn Kel Bran Hal Lin Sor Gar Pen Wes Ald Cor Fen Gil Hol Jas Kir Lam Mel Nor
          Os Pel Quin Ras Sel Tam Ul Vas Wil Yor Zan Ber Cal Dal El Far Gos Hun Il Jor Kas Lor Mon
          Nes Or Pol Rin Sten Thal Und Var Win Xan Yel Zor Bel Cren Dun Er Fal Gren Hes
          """);

  /** Last halves of company names. */
  static final List<String> COMPANY_ENDINGS =
      words("mont gard tex corp nova dyne vest lux pex tron sana bria dex mira vio quest");

  /** Last halves of family names. */
  static final List<String> FAMILY_ENDINGS =
      words("sen ner ski man berg ova etti ard ley ander ins aro ek ulis well stone");

  /** Last halves of place names. */
  static final List<String> PLACE_ENDINGS =
      words(
          "wick ford ville stad burg haven dale mouth ton bridge field port minster holm by hurst");

  static final List<String> COMPANY_KINDS =
      words("Foods Motors Group Energy Textiles Airlines Media Mining Steel Pharma Books Toys");

  static final List<String> TEAM_KINDS =
      words("Tigers Rovers Eagles Wolves Sharks United Lions Rangers Hawks Giants Bears Royals");

  static final List<String> FIRST_NAMES =
      words(
          """
          Marta Petra Ivan Omar Lucia Hugo Nina Pedro Aisha Felix Clara Bruno Greta Kofi Irene Samir
          Paula Viktor Elena Tomas Yuki Dana Ravi Carla Jonas Leila Marco Sofia Emil Rosa Anton Vera
          """);

  /** Countable things. Each line is one meaning. */
  static final List<List<String>> THINGS =
      lines(
          """
          depots,warehouses
          shops,stores
          ships,vessels
          trucks,lorries
          houses,homes
          planes,aircraft
          factories,plants
          cars,automobiles
          clinics
          schools
          bridges
          hotels
          trains
          boats
          farms
          museums
          offices
          garages
          parks,gardens
          pipes,tubes
          paintings,pictures
          machines,devices
          """);

  /** Business figures. Each line is one meaning. */
  static final List<List<String>> MEASURES =
      lines(
          """
          shares,stocks
          sales,revenues
          profits,earnings
          costs,expenses
          wages,salaries
          exports
          debts
          orders
          """);

  static final List<String> WEEKDAYS =
      words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday");

  static final List<String> MONTHS =
      words(
          "January February March April May June July August September October November December");

  /** Small numbers in words, from two; the first stands for 2. */
  static final List<String> NUMBER_WORDS =
      words(
          """
          two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
          sixteen seventeen eighteen nineteen twenty
          """);

  /** Phrases that may precede any sentence without changing its meaning. */
  static final List<String> OPENINGS =
      List.of(
          "Officials said",
          "Officials said that",
          "According to the report,",
          "The newspaper wrote that",
          "Sources said",
          "The report says",
          "As expected,",
          "It was announced that");

  private Lexicon() {}

  static List<String> words(String text) {
    return SPACES.splitToList(text.strip());
  }

  static List<List<String>> lines(String text) {
    return text.strip().lines().map(line -> COMMAS.splitToList(line)).toList();
  }
}
