using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class EnvelopeTests(ServerFixture server)
{
    [Fact]
    public async Task A_success_has_the_headers_of_the_real_service()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync(RawConnection.Post("GetId", $$"""{"IdentityPoolId":"{{pool}}"}"""));
        var answer = await connection.ReadAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal(Answers.Json, answer.Headers["Content-Type"]);
        Assert.Equal(answer.Text.Length, int.Parse(answer.Headers["Content-Length"], CultureInfo.InvariantCulture));
        Assert.Equal(["IdentityId"], JsonNode.Parse(answer.Text)!.AsObject().Select(member => member.Key));
        Answers.IsRequestId(answer.Headers["x-amzn-RequestId"]);
        Assert.DoesNotContain("Transfer-Encoding", answer.Headers.Keys);
        Assert.DoesNotContain("Server", answer.Headers.Keys);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("x-amzn-Error", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_error_has_the_headers_and_the_body_of_the_real_service()
    {
        const string Message = "IdentityPool 'us-east-1:0' not found.";
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync(RawConnection.Post("GetId", """{"IdentityPoolId":"us-east-1:0"}"""));
        var answer = await connection.ReadAsync();

        Assert.Equal(400, answer.Status);
        Assert.Equal($$"""{"__type":"ResourceNotFoundException","message":"{{Message}}"}""", answer.Text);
        Assert.Equal(answer.Text.Length, int.Parse(answer.Headers["Content-Length"], CultureInfo.InvariantCulture));
        Assert.Equal(Answers.Json, answer.Headers["Content-Type"]);
        Assert.Equal("ResourceNotFoundException:", answer.Headers["x-amzn-ErrorType"]);
        Assert.Equal(Message, answer.Headers["x-amzn-ErrorMessage"]);
        Answers.IsRequestId(answer.Headers["x-amzn-RequestId"]);
    }

    [Fact]
    public async Task No_two_answers_share_a_request_id()
    {
        var ids = new HashSet<string>();
        for (var count = 0; count < 20; count++)
        {
            ids.Add((await server.Client.CallAsync("GetId", "{}")).Headers.GetValues("x-amzn-RequestId").Single());
        }

        Assert.Equal(20, ids.Count);
    }

    [Fact]
    public async Task A_callers_own_request_id_is_not_repeated()
    {
        using var request = server.Client.Request("GetId", "{}"u8.ToArray());
        request.Headers.Add("x-amzn-RequestId", "11111111-2222-3333-4444-555555555555");

        var answer = await server.Client.SendAsync(request);

        Assert.NotEqual(["11111111-2222-3333-4444-555555555555"], answer.Headers.GetValues("x-amzn-RequestId"));
    }

    [Fact]
    public async Task An_operation_without_output_answers_nothing_at_all()
    {
        var pool = await server.PoolAsync(new { });

        var answer = Answers.IsSuccess(await server.Client.CallAsync("DeleteIdentityPool", new { IdentityPoolId = pool }));

        Assert.Equal("", answer.Text);
    }

    [Fact]
    public async Task Absent_members_are_left_out()
    {
        var answer = await server.Client.CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = "bare", AllowUnauthenticatedIdentities = false });

        Assert.DoesNotContain("null", Answers.IsSuccess(answer).Text, StringComparison.Ordinal);
        Assert.Equal(
            ["AllowUnauthenticatedIdentities", "IdentityPoolId", "IdentityPoolName", "IdentityPoolTags"],
            answer.Body.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a\r\nX-Injected: 1\u00e9")]
    [InlineData("caf\u00e9 \u2028 \U0001F600")]
    [InlineData("\u0085\u00a0\u200b\u202e")]
    [InlineData("quote \" back\\slash 'single' <tag> &amp; \u0007")]
    public async Task What_a_message_quotes_stays_itself_in_the_body_and_harmless_in_the_header(string name)
    {
        var answer = Answers.IsError("ValidationException", await server.Client.CallAsync(
            "CreateIdentityPool", new { IdentityPoolName = name, AllowUnauthenticatedIdentities = false }));

        Assert.Contains($"Value '{name}' at 'identityPoolName'", answer.Message, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("X-Injected"));
        var header = Assert.Single(answer.Headers.GetValues("x-amzn-ErrorMessage"));
        Assert.All(header, character => Assert.InRange(character, ' ', '~'));
        Assert.StartsWith("1 validation error detected: Value '", header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_of_a_long_message_is_cut()
    {
        var providers = Enumerable.Range(0, 60).Select(_ => new { ProviderName = new string('!', 200), ClientId = new string('?', 200) });

        var answer = Answers.IsError("ValidationException", await server.Client.CallAsync(
            "CreateIdentityPool",
            new { IdentityPoolName = "p", AllowUnauthenticatedIdentities = false, CognitoIdentityProviders = providers }));

        Assert.InRange(Assert.Single(answer.Headers.GetValues("x-amzn-ErrorMessage")).Length, 1000, 1024);
        Assert.InRange(answer.Message!.Length, 1025, 100_000);
    }

    [Theory]
    [InlineData("application/x-amz-json-1.1")]
    [InlineData("application/x-amz-json-1.1; charset=utf-8")]
    [InlineData("application/x-amz-json-1.0")]
    [InlineData("application/json")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task The_content_type_does_not_matter(string? type)
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        using var request = server.Client.Request("GetId", Encoding.UTF8.GetBytes($$"""{"IdentityPoolId":"{{pool}}"}"""));
        request.Content!.Headers.Remove("Content-Type");
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        Answers.IsSuccess(await server.Client.SendAsync(request));
    }
}
