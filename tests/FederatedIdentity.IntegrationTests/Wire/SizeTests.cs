using System.Net;
using System.Text;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>How much is too much: bodies, tokens, maps and ids on both sides of their limits.</summary>
[Collection(nameof(WireTests))]
public sealed class SizeTests(ServerFixture server)
{
    private const int Limit = 1 << 20;

    private static readonly byte[] Empty = [];

    public static TheoryData<string, bool> Framings => new()
    {
        { "1.1", false },
        { "1.1", true },
        { "2.0", false },
        { "2.0", true },
    };

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task A_body_of_one_mebibyte_is_read(string version, bool unannounced)
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });

        Answers.IsSuccess(await SendAsync(Padded(pool, Limit), version, unannounced));
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task One_byte_more_is_too_large(string version, bool unannounced) =>
        Answers.IsError("RequestEntityTooLargeException", await SendAsync(Padded("us-east-1:0", Limit + 1), version, unannounced), 413);

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task A_client_that_sends_far_too_much_still_reads_the_answer(string version, bool unannounced)
    {
        for (var count = 0; count < 5; count++)
        {
            Answers.IsError("RequestEntityTooLargeException", await SendAsync(Padded("us-east-1:0", 5 * Limit), version, unannounced), 413);
        }
    }

    [Fact]
    public async Task Too_large_is_told_from_the_announcement_alone()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync(
            $"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\nContent-Length: {1L << 40}\r\n\r\n");

        Assert.Equal(413, (await connection.ReadAsync()).Status);
    }

    [Fact]
    public async Task A_signed_operation_is_too_large_before_its_signature_is_looked_at() =>
        Answers.IsError("RequestEntityTooLargeException", await server.Client.SendAsync(
            "ListIdentityPools", new string(' ', Limit + 1), signed: false), 413);

    [Fact]
    public async Task J02_a_token_of_fifty_thousand_characters_is_judged_and_a_longer_one_is_not()
    {
        var pool = await server.OidcPoolAsync();
        var (longest, longer) = (new string('T', 50_000), new string('T', 50_001));

        var judged = await GetIdAsync(pool, new() { [server.Oidc.LoginKey] = longest });
        var refused = await GetIdAsync(pool, new() { [server.Oidc.LoginKey] = longer });

        Answers.IsError("NotAuthorizedException", judged);
        Assert.Equal(
            "1 validation error detected: Value at 'logins' failed to satisfy constraint: Map value must satisfy constraint: "
            + "[Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
            Answers.IsError("ValidationException", refused).Message);
        Answers.IsSilentAbout("TTTT", judged);
        Answers.IsSilentAbout("TTTT", refused);
    }

    [Fact]
    public async Task P48_ten_logins_are_judged_and_eleven_are_not()
    {
        var pool = await server.OidcPoolAsync();

        Answers.IsError("NotAuthorizedException", await GetIdAsync(pool, Logins(10, 50_000)));
        var refused = Answers.IsError("ValidationException", await GetIdAsync(pool, Logins(11, 1)));

        Assert.Equal(
            "1 validation error detected: Value at 'logins' failed to satisfy constraint: Member must have length less than or equal to 10",
            refused.Message);
    }

    [Theory]
    [InlineData("", "Member must have length greater than or equal to 1")]
    [InlineData("x", @"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+")]
    [InlineData("us-east-1:0A", @"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+")]
    [InlineData("us-east-1:0000000000000000000000000000000000000000000000", "Member must have length less than or equal to 55")]
    public async Task Ids_have_a_form(string id, string constraint)
    {
        var answer = Answers.IsError("ValidationException", await GetIdAsync(id, []));

        Assert.Contains(
            $"Value '{id}' at 'identityPoolId' failed to satisfy constraint: {constraint}", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_of_fifty_five_characters_is_unknown_and_one_of_a_million_is_not_repeated_whole()
    {
        var longest = $"us-east-1:{new string('0', 45)}";

        Assert.Equal(
            $"IdentityPool '{longest}' not found.",
            Answers.IsError("ResourceNotFoundException", await GetIdAsync(longest, [])).Message);
        Assert.InRange(Answers.IsError("ValidationException", await GetIdAsync(new string('0', 1_000_000), [])).Text.Length, 0, 2000);
    }

    [Fact]
    public async Task A_hundred_thousand_broken_entries_make_a_short_answer()
    {
        var tags = Enumerable.Range(0, 60_000).Select(number => $"\"{number}!\":\"\"");

        var answer = await server.Client.CallAsync("CreateIdentityPool", $"{{\"SupportedLoginProviders\":{{{string.Join(',', tags)}}}}}");

        Assert.InRange(Answers.IsError("ValidationException", answer).Text.Length, 0, 4000);
    }

    private static Dictionary<string, string> Logins(int count, int length) =>
        Enumerable.Range(0, count).ToDictionary(number => $"provider-{number}.example", _ => new string('T', length));

    private static byte[] Padded(string pool, int length)
    {
        var start = $"{{\"IdentityPoolId\":\"{pool}\",\"Padding\":\"";
        return Encoding.UTF8.GetBytes($"{start}{new string('x', length - start.Length - 2)}\"}}");
    }

    private Task<WireAnswer> GetIdAsync(string pool, Dictionary<string, string> logins) =>
        server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins });

    private async Task<WireAnswer> SendAsync(byte[] body, string version, bool unannounced)
    {
        using var request = server.Client.Request("GetId", unannounced ? Empty : body);
        (request.Version, request.VersionPolicy) = (Version.Parse(version), HttpVersionPolicy.RequestVersionExact);
        if (unannounced)
        {
            // A stream without a length: chunks on HTTP/1.1, data frames alone on HTTP/2.
            request.Content = new Unannounced(body);
            request.Headers.TransferEncodingChunked = version == "1.1";
        }

        return await server.Client.SendAsync(request);
    }

    private sealed class Unannounced(byte[] body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
