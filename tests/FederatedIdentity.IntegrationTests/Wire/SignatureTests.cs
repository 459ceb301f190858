using System.Text;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Signed operations through the whole server: who gets in, and what the others are told, in the order of the service.</summary>
[Collection(nameof(WireTests))]
public sealed class SignatureTests(ServerFixture server)
{
    private const string Mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        + "Access Key and signing method. Consult the service documentation for details.";

    private static readonly byte[] Input = """{"MaxResults":1}"""u8.ToArray();

    /// <summary>What clients and attackers write into Authorization that proves nothing.</summary>
    public static TheoryData<string, string> Unreadable => new()
    {
        { "", "MissingAuthenticationTokenException" },
        { "Bearer eyJhbGciOiJub25lIn0.e30.", "MissingAuthenticationTokenException" },
        { "Basic YTpi", "MissingAuthenticationTokenException" },
        { "aws4-hmac-sha256 Credential=a", "MissingAuthenticationTokenException" },
        { "AWS AKIATESTTESTTESTTEST:c2ln", "MissingAuthenticationTokenException" },
        { "AWS4-HMAC-SHA256", "IncompleteSignatureException" },
        { "AWS4-HMAC-SHA256 nonsense", "IncompleteSignatureException" },
        { "AWS4-HMAC-SHA1 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00", "IncompleteSignatureException" },
        { "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00", "IncompleteSignatureException" },
        { "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", "IncompleteSignatureException" },
        { "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=00", "IncompleteSignatureException" },
        { "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00", "IncompleteSignatureException" },
        { "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=00", "IncompleteSignatureException" },
        { "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Credential=f/g/h/i/j, SignedHeaders=host, Signature=00", "IncompleteSignatureException" },
    };

    [Fact]
    public async Task A_signed_call_gets_in_and_may_be_repeated()
    {
        for (var count = 0; count < 2; count++)
        {
            using var request = await SignedAsync();
            Answers.IsSuccess(await server.Client.SendAsync(request));
        }
    }

    [Fact]
    public async Task An_unsigned_call_is_told_that_its_token_is_missing()
    {
        using var request = server.Client.Request("ListIdentityPools", Input);

        var answer = Answers.IsError("MissingAuthenticationTokenException", await server.Client.SendAsync(request));

        Assert.Equal("Missing Authentication Token", answer.Message);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_is_no_signature_gets_nobody_in(string authorization, string error)
    {
        using var request = await SignedAsync();
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        Answers.IsError(error, await server.Client.SendAsync(request));
    }

    [Fact]
    public async Task What_is_missing_from_the_header_is_named()
    {
        using var request = await SignedAsync();
        var authorization = request.Headers.GetValues("Authorization").Single();
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            authorization[..authorization.IndexOf(", Signature", StringComparison.Ordinal)]);

        var answer = Answers.IsError("IncompleteSignatureException", await server.Client.SendAsync(request));

        Assert.StartsWith("Authorization header requires 'Signature' parameter.", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AKIAUNKNOWNUNKNOWN00")]
    [InlineData("akiatesttesttesttest")]
    [InlineData("\u0001")]
    [InlineData("' or 1=1 --")]
    public async Task An_unknown_key_is_told_so(string accessKeyId) =>
        await IsRefusedAsync("UnrecognizedClientException", "The security token included in the request is invalid.",
            Signing.Administrator with { AccessKeyId = accessKeyId });

    [Fact]
    public async Task A_session_token_of_nobody_is_invalid()
    {
        using var request = server.Client.Request("ListIdentityPools", Input);
        request.Headers.Add("X-Amz-Security-Token", "session");
        await Signing.SignAsync(request);

        Answers.IsError("UnrecognizedClientException", await server.Client.SendAsync(request));
    }

    [Fact]
    public Task A_wrong_secret_does_not_match() =>
        IsRefusedAsync("InvalidSignatureException", Mismatch, Signing.Administrator with { Secret = "wrong" });

    [Fact]
    public Task Another_regions_signature_is_refused() => IsRefusedAsync(
        "InvalidSignatureException", "Credential should be scoped to a valid region.", Signing.Administrator with { Region = "eu-west-1" });

    [Fact]
    public Task Another_services_signature_is_refused() => IsRefusedAsync(
        "InvalidSignatureException", "Credential should be scoped to correct service: 'cognito-identity'.",
        Signing.Administrator with { Service = "sts" });

    [Fact]
    public Task Another_terminator_is_refused() => IsRefusedAsync(
        "InvalidSignatureException", "Credential should be scoped with a valid terminator: 'aws4_request'.",
        Signing.Administrator with { Terminator = "aws5_request" });

    [Theory]
    [InlineData(-310, "^Signature expired: [0-9]{8}T[0-9]{6}Z is now earlier than [0-9]{8}T[0-9]{6}Z \\([0-9]{8}T[0-9]{6}Z - 5 min\\.\\)$")]
    [InlineData(-86400, "^Signature expired: ")]
    [InlineData(330, "^Signature not yet current: ")]
    [InlineData(86400, "^Signature not yet current: ")]
    public async Task A_clock_that_is_off_is_told_the_time(int seconds, string message)
    {
        using var request = server.Client.Request("ListIdentityPools", Input);
        await Signing.Administrator.SignAsync(request, Now.AddSeconds(seconds), CancellationToken.None);

        var answer = Answers.IsError("InvalidSignatureException", await server.Client.SendAsync(request));

        Assert.Matches(message, answer.Message);
    }

    [Theory]
    [InlineData(-280)]
    [InlineData(280)]
    public async Task Within_five_minutes_a_clock_may_be_off(int seconds)
    {
        using var request = server.Client.Request("ListIdentityPools", Input);
        await Signing.Administrator.SignAsync(request, Now.AddSeconds(seconds), CancellationToken.None);

        Answers.IsSuccess(await server.Client.SendAsync(request));
    }

    [Fact]
    public async Task Nothing_that_was_signed_can_be_altered()
    {
        await IsAlteredAsync(request => request.Content = Typed(Encoding.UTF8.GetBytes("""{"MaxResults":2}""")));
        await IsAlteredAsync(request => request.Content = Typed([.. Input, (byte)' ']));
        await IsAlteredAsync(request => request.Content = Typed([]));
        await IsAlteredAsync(request => request.RequestUri = new Uri(server.Server.BaseAddress, "/?a=b"));
        await IsAlteredAsync(request => request.Headers.Host = "elsewhere.example");
        await IsAlteredAsync(request => Replace(request, "X-Amz-Target", "AWSCognitoIdentityService.ListIdentities"));
        await IsAlteredAsync(request => Replace(request, "X-Amz-Date", SigV4Signer.Stamp(Now.AddSeconds(-7))));
        await IsAlteredAsync(request => Replace(request, "X-Test", "b"));
        await IsAlteredAsync(request => request.Headers.Remove("X-Test"));
        await IsAlteredAsync(request => request.Headers.Add("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"));
        await IsAlteredAsync(request => request.Headers.Add("X-Amz-Content-Sha256", new string('0', 64)));
    }

    [Fact]
    public async Task The_target_is_looked_up_before_the_signature()
    {
        using var request = server.Client.Request("Nothing", Input);
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 nonsense");

        Answers.IsError("UnknownOperationException", await server.Client.SendAsync(request));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{broken")]
    [InlineData("{\"MaxResults\":\"1\"}")]
    [InlineData("{\"MaxResults\":99}")]
    public async Task Strangers_learn_nothing_about_their_body(string body)
    {
        Answers.IsError("MissingAuthenticationTokenException", await server.Client.SendAsync("ListIdentityPools", body, signed: false));
        using var request = server.Client.Request("ListIdentityPools", Encoding.UTF8.GetBytes(body));
        await (Signing.Administrator with { Secret = "wrong" }).SignAsync(request, Now, CancellationToken.None);
        Answers.IsError("InvalidSignatureException", await server.Client.SendAsync(request));
    }

    [Fact]
    public async Task Of_several_faults_the_key_comes_first_then_the_scope_then_the_clock_then_the_signature()
    {
        var wrong = new SigV4Signer("AKIAUNKNOWNUNKNOWN00", "wrong", "eu-west-1", "sts");
        string[] sentences = ["security token", "valid region", "correct service", "Signature expired", "does not match"];

        Assert.Contains(sentences[0], (await SignedYesterdayAsync(wrong)).Message, StringComparison.Ordinal);
        wrong = wrong with { AccessKeyId = TestServer.AccessKeyId };
        Assert.Contains(sentences[1], (await SignedYesterdayAsync(wrong)).Message, StringComparison.Ordinal);
        wrong = wrong with { Region = "us-east-1" };
        Assert.Contains(sentences[2], (await SignedYesterdayAsync(wrong)).Message, StringComparison.Ordinal);
        wrong = wrong with { Service = "cognito-identity" };
        Assert.Contains(sentences[3], (await SignedYesterdayAsync(wrong)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_public_operation_does_not_look_at_a_signature(string authorization, string error)
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        using var request = server.Client.Request("GetId", Encoding.UTF8.GetBytes($$"""{"IdentityPoolId":"{{pool}}"}"""));
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20140630T000000Z");
        request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", error);
        request.Headers.TryAddWithoutValidation("X-Amz-Content-Sha256", "nonsense");

        Answers.IsSuccess(await server.Client.SendAsync(request));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task<HttpRequestMessage> SignedAsync(SigV4Signer? signer = null)
    {
        var request = server.Client.Request("ListIdentityPools", Input);
        request.Headers.Add("X-Test", "a");
        await (signer ?? Signing.Administrator).SignAsync(request, Now, CancellationToken.None);
        return request;
    }

    private async Task<WireAnswer> SignedYesterdayAsync(SigV4Signer signer)
    {
        using var request = server.Client.Request("ListIdentityPools", Input);
        await signer.SignAsync(request, Now.AddDays(-1), CancellationToken.None);
        return await server.Client.SendAsync(request);
    }

    private async Task IsRefusedAsync(string error, string message, SigV4Signer signer)
    {
        using var request = await SignedAsync(signer);

        var answer = Answers.IsError(error, await server.Client.SendAsync(request));

        Assert.Equal(message, answer.Message);
        Answers.IsSilentAbout(request.Headers.GetValues("Authorization").Single().Split("Signature=")[1], answer);
    }

    private async Task IsAlteredAsync(Action<HttpRequestMessage> alter)
    {
        using var request = await SignedAsync();
        alter(request);

        Assert.Equal(Mismatch, Answers.IsError("InvalidSignatureException", await server.Client.SendAsync(request)).Message);
    }

    private static ByteArrayContent Typed(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", Answers.Json);
        return content;
    }

    private static void Replace(HttpRequestMessage request, string header, string value)
    {
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
    }
}
