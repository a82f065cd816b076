import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * veraPDF, the industry's judge of PDF/A, holds each file against ISO 19005-3, level A. One line
 * each: name, accepted or refused, and every rule that was broken with how often and why.
 */
public final class VeraPdfJudge {
  public static void main(String[] words) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    PDFAFlavour level = PDFAFlavour.PDFA_3_A;
    for (String word : words) {
      String name = word.substring(word.lastIndexOf('/') + 1);
      try (PDFAParser file =
              Foundries.defaultInstance().createParser(new FileInputStream(word), level);
          PDFAValidator judge =
              Foundries.defaultInstance().createValidator(level, false)) {
        System.out.println(name + said(judge.validate(file)));
      } catch (Exception unread) {
        System.out.println(name + " refused it cannot be read: " + unread.getMessage());
      }
    }
  }

  private static String said(ValidationResult result) {
    if (result.isCompliant()) return " accepted PDF/A-3a, " + result.getTotalAssertions() + " checks";
    Map<String, String> broken = new TreeMap<>();
    for (TestAssertion one : result.getTestAssertions()) {
      if (one.getStatus() != TestAssertion.Status.FAILED) continue;
      String rule = one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber();
      broken.putIfAbsent(rule, one.getMessage() + " at " + one.getLocation().getContext());
    }
    return (" refused " + broken).replaceAll("\\s+", " ");
  }
}
