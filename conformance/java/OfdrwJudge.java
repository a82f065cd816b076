import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.ofdrw.core.signatures.SigType;
import org.ofdrw.gm.ses.v1.SES_ESPictrueInfo;
import org.ofdrw.gm.ses.v1.SES_Header;
import org.ofdrw.gm.ses.v1.SES_SignInfo;
import org.ofdrw.gm.ses.v4.CertDigestList;
import org.ofdrw.gm.ses.v4.CertDigestObj;
import org.ofdrw.gm.ses.v4.CertInfoList;
import org.ofdrw.gm.ses.v4.SES_CertList;
import org.ofdrw.gm.ses.v4.SES_ESPropertyInfo;
import org.ofdrw.gm.ses.v4.SES_SealInfo;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.edit.Attachment;
import org.ofdrw.layout.element.Paragraph;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.NumberFormatAtomicSignID;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.DigitalSignContainer;
import org.ofdrw.sign.signContainer.GBT35275DSContainer;
import org.ofdrw.sign.signContainer.GBT35275PKCS9DSContainer;
import org.ofdrw.sign.signContainer.SESV1Container;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;
import org.ofdrw.sign.stamppos.RidingStampPos;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/**
 * ofdrw, which most of what is open about OFD goes back to. `make FOLDER` writes an OFD in each shape
 * it signs, and each again with a second signature; `judge VALUE DATA` holds the use of a seal over
 * its data, whole and with a bit changed. Identities are made up, keys live for this run.
 */
public final class OfdrwJudge {
  private static final ASN1ObjectIdentifier SM2 = GMObjectIdentifiers.sm2sign_with_sm3;
  private static final long DAY = 86_400_000L;
  private static final Date NOW = new Date();
  private static final Date SOON = new Date(NOW.getTime() + 100 * DAY);
  private static final Date BEFORE = new Date(NOW.getTime() - DAY);

  private record Person(KeyPair keys, X509Certificate certificate) {}

  public static void main(String[] words) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    if (words[0].equals("make")) make(Path.of(words[1]));
    else judge(Files.readAllBytes(Path.of(words[1])), Files.readAllBytes(Path.of(words[2])));
  }

  private static void judge(byte[] value, byte[] data) throws Exception {
    new SESV4ValidateContainer().validate(SigType.Seal, SM2.getId(), data, value);
    System.out.println("valid");
    data[data.length / 2] ^= 1;
    try {
      new SESV4ValidateContainer().validate(SigType.Seal, SM2.getId(), data, value);
    } catch (Exception refused) {
      System.out.println("bent refused");
    }
  }

  private static void make(Path folder) throws Exception {
    Person maker = person("TEST maker of seals");
    Person first = person("TEST first");
    Person second = person("TEST second");
    Path note = Files.writeString(folder.resolve("note.txt"), "附件");
    Path base = folder.resolve("base.tmp");
    try (OFDDoc document = new OFDDoc(base)) {
      for (int page = 1; page <= 3; page += 1) document.add(new Paragraph("借款合同 第" + page + "页"));
      document.addAttachment(new Attachment("附件", note));
    }
    Map<String, ExtendSignatureContainer> shapes = new LinkedHashMap<>();
    var secret = first.keys().getPrivate();
    var own = first.certificate();
    shapes.put("seal", new SESV4Container(secret, seal(maker, own, false), own));
    shapes.put("seal-by-digest", new SESV4Container(secret, seal(maker, own, true), own));
    shapes.put("seal-of-2014", new SESV1Container(secret, oldSeal(maker, own), own));
    shapes.put("message", new GBT35275DSContainer(own, secret));
    shapes.put("message-with-attributes", new GBT35275PKCS9DSContainer(own, secret));
    shapes.put("bare", new DigitalSignContainer(secret));
    for (var shape : shapes.entrySet()) {
      Path once = folder.resolve(shape.getKey() + ".ofd");
      sign(base, once, shape.getValue(), SignMode.ContinueSign);
      var also = second.certificate();
      var seal = new SESV4Container(second.keys().getPrivate(), seal(maker, also, false), also);
      sign(once, folder.resolve(shape.getKey() + "-twice.ofd"), seal, SignMode.WholeProtected);
    }
    Files.write(folder.resolve("first.der"), own.getEncoded());
    System.out.println("made " + 2 * shapes.size());
  }

  private static void sign(Path from, Path to, ExtendSignatureContainer by, SignMode mode)
      throws Exception {
    try (OFDReader reader = new OFDReader(from);
        OFDSigner signer = new OFDSigner(reader, to, new NumberFormatAtomicSignID())) {
      signer.setSignMode(mode).setSignContainer(by);
      if (by.getSignType() == SigType.Seal) {
        signer.addApPos(new NormalStampPos(1, 50, 50, 40, 40)).addApPos(new RidingStampPos(40, 40));
      }
      signer.exeSign();
    }
  }

  private static SESeal seal(Person maker, X509Certificate holder, boolean byDigest)
      throws Exception {
    byte[] der = holder.getEncoded();
    byte[] digest = MessageDigest.getInstance("SM3", "BC").digest(der);
    SES_CertList holders =
        byDigest
            ? new SES_CertList(
                new CertDigestList()
                    .add(new CertDigestObj(new DERPrintableString("SM3"), new DEROctetString(digest))))
            : new SES_CertList(new CertInfoList().add(new DEROctetString(der)));
    SES_ESPropertyInfo property =
        new SES_ESPropertyInfo()
            .setType(new ASN1Integer(1))
            .setName(new DERUTF8String("测试合同专用章"))
            .setCertListType(
                byDigest ? SES_ESPropertyInfo.CertDigestListType : SES_ESPropertyInfo.CertListType)
            .setCertList(holders)
            .setCreateDate(new ASN1GeneralizedTime(BEFORE))
            .setValidStart(new ASN1GeneralizedTime(BEFORE))
            .setValidEnd(new ASN1GeneralizedTime(SOON));
    SES_SealInfo about =
        new SES_SealInfo()
            .setHeader(new SES_Header(SES_Header.V4, new DERIA5String("TEST")))
            .setEsID("TEST-4")
            .setProperty(property)
            .setPicture(picture());
    return new SESeal()
        .seteSealInfo(about)
        .setCert(maker.certificate())
        .setSignAlgID(SM2)
        .setSignedValue(signed(maker, about));
  }

  /** GM/T 0031-2014. */
  private static org.ofdrw.gm.ses.v1.SESeal oldSeal(Person maker, X509Certificate holder)
      throws Exception {
    org.ofdrw.gm.ses.v1.SES_ESPropertyInfo property =
        new org.ofdrw.gm.ses.v1.SES_ESPropertyInfo()
            .setType(1)
            .setName("旧式测试章")
            .setCertList(new DERSequence(new DEROctetString(holder.getEncoded())))
            .setCreateDate(new ASN1UTCTime(BEFORE))
            .setValidStart(new ASN1UTCTime(BEFORE))
            .setValidEnd(new ASN1UTCTime(SOON));
    org.ofdrw.gm.ses.v1.SES_SealInfo about =
        new org.ofdrw.gm.ses.v1.SES_SealInfo()
            .setHeader(new SES_Header(new ASN1Integer(1), new DERIA5String("TEST")))
            .setEsID("TEST-1")
            .setProperty(property)
            .setPicture(picture());
    SES_SignInfo by = new SES_SignInfo();
    by.setCert(new DEROctetString(maker.certificate().getEncoded()));
    by.setSignatureAlgorithm(SM2);
    by.setSignData(signed(maker, about));
    return new org.ofdrw.gm.ses.v1.SESeal(about, by);
  }

  private static SES_ESPictrueInfo picture() {
    return new SES_ESPictrueInfo().setType("SVG").setData("<svg/>".getBytes()).setWidth(40).setHeight(40);
  }

  private static byte[] signed(Person maker, ASN1Encodable about) throws Exception {
    byte[] der = maker.certificate().getEncoded();
    ASN1Encodable[] parts = {about, new DEROctetString(der), SM2};
    Signature signature = Signature.getInstance(SM2.getId(), "BC");
    signature.initSign(maker.keys().getPrivate());
    signature.update(new DERSequence(parts).getEncoded("DER"));
    return signature.sign();
  }

  private static Person person(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "BC");
    generator.initialize(new ECGenParameterSpec("sm2p256v1"));
    KeyPair keys = generator.generateKeyPair();
    X500Name subject = new X500Name("C=CN,CN=" + name);
    var signer = new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(keys.getPrivate());
    var draft =
        new JcaX509v3CertificateBuilder(
            subject, BigInteger.valueOf(NOW.getTime()), BEFORE, SOON, subject, keys.getPublic());
    var certificate =
        new JcaX509CertificateConverter().setProvider("BC").getCertificate(draft.build(signer));
    return new Person(keys, certificate);
  }
}
