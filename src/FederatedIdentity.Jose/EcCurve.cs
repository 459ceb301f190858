using System.Security.Cryptography;

namespace FederatedIdentity.Jose;

/// <summary>One of the three NIST curves with its exact field width (RFC 7518 section 6.2.1.1).</summary>
internal sealed class EcCurve
{
    public static readonly EcCurve P256 = new("P-256", ECCurve.NamedCurves.nistP256, 256);
    public static readonly EcCurve P384 = new("P-384", ECCurve.NamedCurves.nistP384, 384);
    public static readonly EcCurve P521 = new("P-521", ECCurve.NamedCurves.nistP521, 521);

    private EcCurve(string name, ECCurve parameters, int bits)
    {
        Name = name;
        Parameters = parameters;
        Bits = bits;
    }

    public string Name { get; }

    public ECCurve Parameters { get; }

    public int Bits { get; }

    public int CoordinateLength => (Bits + 7) / 8;

    public int SignatureLength => 2 * CoordinateLength;

    public static EcCurve? Find(string name) => name switch
    {
        "P-256" => P256,
        "P-384" => P384,
        "P-521" => P521,
        _ => null,
    };
}
