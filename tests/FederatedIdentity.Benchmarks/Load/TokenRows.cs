using FederatedIdentity.Benchmarks.Load.Ceiling;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>GetOpenIdToken and GetId of who is known, beside a Kestrel that does no more than parse, verify, SELECT and sign.</summary>
internal static class TokenRows
{
    // Of 400 µs, which 2,500 tokens a second leave for each, 216 are a signature's on a quiet machine of this kind.
    private const double SignatureInToken = 0.54;

    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var (rsa, elliptic) = (stage.Rs512, stage.Es256);
        var rs512 = await sides.GuestTokensAsync("GetOpenIdToken guest RS512", rsa);
        var selectRs512 = await sides.OfAsync(
            "ceiling sel-rs512", stage.Ceiling, rsa.People.GuestTokens(stage.Ceiling.Url, CeilingCalls.SelectRs512));
        var es256 = await sides.GuestTokensAsync("GetOpenIdToken guest ES256", elliptic);
        var selectEs256 = await sides.OfAsync(
            "ceiling sel-es256", stage.EllipticCeiling, elliptic.People.GuestTokens(stage.EllipticCeiling.Url, CeilingCalls.SelectEs256));
        var login = await sides.OfAsync("GetOpenIdToken login RS512", rsa, rsa.People.LoginTokens(rsa.Server.Url, "/"));
        var verifySelectRs512 = await sides.OfAsync(
            "ceiling verify-sel-rs512", stage.Ceiling, rsa.People.LoginTokens(stage.Ceiling.Url, CeilingCalls.VerifySelectRs512));
        var known = await sides.OfAsync("GetId known login", rsa, rsa.People.KnownLogins(rsa.Server.Url, "/"));
        var verifySelect = await sides.OfAsync(
            "ceiling verify-sel", stage.Ceiling, rsa.People.KnownLogins(stage.Ceiling.Url, CeilingCalls.VerifySelect));
        return
        [
            new("GetOpenIdToken guest RS512", rs512, selectRs512, Goal.ThroughputAtLeast(0.85)),
            new("tokens RS512, database included", rs512, rs512, Goal.PerCoreAtLeast(2500)),
            new("tokens RS512, database included, by their signatures", rs512, Signatures.Rs512(), Goal.CpuIsAtLeast(SignatureInToken)),
            new("GetOpenIdToken guest ES256", es256, selectEs256, Goal.ThroughputAtLeast(0.70)),
            new("GetOpenIdToken login RS512", login, verifySelectRs512),
            new("GetId known login", known, verifySelect, Goal.ThroughputAtLeast(0.75)),
        ];
    }
}
