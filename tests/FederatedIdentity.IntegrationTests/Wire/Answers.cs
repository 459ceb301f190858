using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>What every answer of the API keeps, whatever it says.</summary>
internal static partial class Answers
{
    public const string Json = "application/x-amz-json-1.1";

    /// <summary>The answer is this error in the service's whole form; returns it for more.</summary>
    public static WireAnswer IsError(string type, WireAnswer answer, int status = 400)
    {
        Assert.True(answer.Status == status && answer.Error == type, $"expected {type} but got {answer.Status} {Shown(answer.Text)}");
        Assert.Equal([$"{type}:"], answer.Headers.GetValues("x-amzn-ErrorType"));
        IsEnvelope(answer);
        return answer;
    }

    public static WireAnswer IsSuccess(WireAnswer answer)
    {
        Assert.True(answer.Ok, Shown(answer.Text));
        Assert.False(answer.Headers.Contains("x-amzn-ErrorType"));
        Assert.False(answer.Headers.Contains("x-amzn-ErrorMessage"));
        IsEnvelope(answer);
        return answer;
    }

    /// <summary>Neither body nor headers hold the text.</summary>
    public static void IsSilentAbout(string secret, WireAnswer answer)
    {
        Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, $"{answer.Headers}", StringComparison.Ordinal);
    }

    public static void IsRequestId(string id) => Assert.Matches(RequestId(), id);

    private static void IsEnvelope(WireAnswer answer)
    {
        Assert.Equal(Json, answer.ContentType);
        IsRequestId(Assert.Single(answer.Headers.GetValues("x-amzn-RequestId")));
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.NotNull(answer.Headers.Date);
    }

    private static string Shown(string text) => text[..Math.Min(text.Length, 300)];

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    private static partial Regex RequestId();
}
