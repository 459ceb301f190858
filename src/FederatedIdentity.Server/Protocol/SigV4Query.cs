using System.Text;

namespace FederatedIdentity.Server.Protocol;

/// <summary>What the query string of a presigned URL says, in form only: nothing is proven yet.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html</remarks>
internal static class SigV4Query
{
    private const string Signature = "X-Amz-Signature";
    private const long LongestLifetime = 7 * 24 * 60 * 60;

    private static readonly string[] _required =
        ["X-Amz-Algorithm", "X-Amz-Credential", Signature, "X-Amz-SignedHeaders", "X-Amz-Date", "X-Amz-Expires"];

    public static bool IsPresigned(string query) => query.Contains("X-Amz-Algorithm=", StringComparison.Ordinal);

    /// <summary>Reads the parameters; says why not when it returns null.</summary>
    public static SigV4Header? Read(string query, out ApiError? refusal)
    {
        refusal = SigV4Refusals.MalformedQuery;
        if (QueryForm.TryParse(Encoding.ASCII.GetBytes(query)) is not { } form
            || _required.Any(name => string.IsNullOrEmpty(form[name]))
            || form.Number("X-Amz-Expires") is not (>= 1 and <= LongestLifetime and var lifetime))
        {
            return null;
        }

        if (form["X-Amz-Algorithm"] != SigV4Header.Algorithm)
        {
            refusal = SigV4Refusals.UnknownAlgorithm(form["X-Amz-Algorithm"]!);
            return null;
        }

        var date = SigV4Header.ReadDate("x-amz-date", form["X-Amz-Date"]);
        return SigV4Header.Compose(
            form["X-Amz-Credential"]!, form["X-Amz-SignedHeaders"]!, form[Signature]!, "x-amz-date", date, out refusal) is { } header
            ? header with { Lifetime = TimeSpan.FromSeconds(lifetime), SessionToken = form["X-Amz-Security-Token"] }
            : null;
    }

    /// <summary>The query string that was signed: the signature itself came afterwards.</summary>
    public static string WithoutSignature(string query) => string.Join('&', query.Split('&')
        .Where(pair => !pair.StartsWith($"{Signature}=", StringComparison.Ordinal)));
}
