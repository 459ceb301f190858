using System.Net;
using System.Text;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>HTTP below the API: versions, connections, paths that are not there.</summary>
[Collection(nameof(WireTests))]
public sealed class HttpTests(ServerFixture server)
{
    private const string NotUnderstood =
        """{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}""";

    [Fact]
    public async Task One_connection_carries_many_calls_whatever_they_answer()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        for (var count = 0; count < 5; count++)
        {
            await connection.SendAsync(RawConnection.Post("GetId", "{}"));
            Assert.Equal(400, (await connection.ReadAsync()).Status);
            await connection.SendAsync(RawConnection.Post("GetId", "{broken"));
            Assert.Equal(400, (await connection.ReadAsync()).Status);
            await connection.SendAsync("GET /.well-known/jwks_uri HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal(200, (await connection.ReadAsync()).Status);
        }
    }

    [Fact]
    public async Task Calls_sent_ahead_are_answered_in_order_until_one_is_garbage()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync(
            RawConnection.Post("GetId", """{"IdentityPoolId":"us-east-1:1"}""")
            + RawConnection.Post("GetId", """{"IdentityPoolId":"us-east-1:2"}""")
            + "\u0001 this is not HTTP\r\n\r\n"
            + RawConnection.Post("GetId", """{"IdentityPoolId":"us-east-1:3"}"""));

        Assert.Contains("'us-east-1:1' not found", (await connection.ReadAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("'us-east-1:2' not found", (await connection.ReadAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(400, (await connection.ReadAsync()).Status);
        await connection.ClosedAsync();
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\n\r\n")]
    [InlineData("POST / HTTP/9.9\r\nHost: x\r\n\r\n")]
    public async Task Requests_that_could_be_read_in_two_ways_end_the_connection(string request)
    {
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync(request);

        Assert.InRange((await connection.ReadAsync()).Status, 400, 505);
        await connection.ClosedAsync();
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n", "nonsense\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n{}\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "2\r\n{}garbage")]
    public async Task Broken_chunks_are_answered_and_end_the_connection(string header, string body)
    {
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityService.GetId\r\n{header}\r\n{body}");
        var answer = await connection.ReadAsync();

        Assert.Equal((400, "SerializationException:"), (answer.Status, answer.Headers["x-amzn-ErrorType"]));
        await connection.ClosedAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PRI * HTT")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage that is no frame at all")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")]
    [InlineData("POST / HT")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    public async Task Connections_that_break_off_or_make_no_sense_harm_nobody_and_are_no_error_of_ours(string start)
    {
        var errors = Errors();
        for (var count = 0; count < 3; count++)
        {
            using var ended = await RawConnection.OpenAsync(server.Server.BaseAddress);
            using var reset = await RawConnection.OpenAsync(server.Server.BaseAddress);
            await ended.SendAsync(start);
            await reset.SendAsync(start);
            Answers.IsError("ValidationException", await server.Client.CallAsync("GetId", "{}"));
            reset.Reset();
        }

        Answers.IsError("ValidationException", await server.Client.CallAsync("GetId", "{}"));
        Assert.Equal(errors, Errors());
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Every_version_answers_public_and_signed_calls(string version)
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var input = Encoding.UTF8.GetBytes($$"""{"IdentityPoolId":"{{pool}}"}""");
        using var asked = server.Client.Request("GetId", input);
        using var signed = server.Client.Request("DescribeIdentityPool", input);
        using var unsigned = server.Client.Request("DescribeIdentityPool", input);
        foreach (var request in new[] { asked, signed, unsigned })
        {
            (request.Version, request.VersionPolicy) = (Version.Parse(version), HttpVersionPolicy.RequestVersionExact);
        }

        await Signing.SignAsync(signed);

        Answers.IsSuccess(await server.Client.SendAsync(asked));
        Answers.IsSuccess(await server.Client.SendAsync(signed));
        Answers.IsError("MissingAuthenticationTokenException", await server.Client.SendAsync(unsigned));
    }

    [Fact]
    public async Task Many_calls_share_one_http2_connection()
    {
        using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false };
        using var http = new HttpClient(handler)
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        var calls = Enumerable.Range(0, 50).Select(async number =>
        {
            using var request = server.Client.Request("GetId", Encoding.UTF8.GetBytes($$"""{"IdentityPoolId":"us-east-1:{{number}}"}"""));
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            using var answer = await http.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        });

        var answers = await Task.WhenAll(calls);
        Assert.Equal(
            50,
            answers.Where((text, number) => text.Contains($"'us-east-1:{number}' not found", StringComparison.Ordinal)).Count());
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("PUT", "/")]
    [InlineData("DELETE", "/")]
    [InlineData("PATCH", "/")]
    [InlineData("BREW", "/")]
    [InlineData("POST", "/GetId")]
    [InlineData("GET", "/index.html")]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("GET", "/.well-known")]
    [InlineData("GET", "/.well-known/nothing.json")]
    [InlineData("POST", "/.well-known/jwks_uri")]
    [InlineData("POST", "/health/live")]
    [InlineData("GET", "/a/../b")]
    [InlineData("GET", "/%2e%2e/%0a")]
    public async Task What_is_not_there_answers_in_the_services_words(string method, string path)
    {
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}");
        var answer = await connection.ReadAsync();

        Assert.Equal((404, NotUnderstood), (answer.Status, answer.Text));
        Assert.Equal(Answers.Json, answer.Headers["Content-Type"]);
        Answers.IsRequestId(answer.Headers["x-amzn-RequestId"]);
    }

    [Fact]
    public async Task A_query_does_not_change_the_call()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.BaseAddress);

        await connection.SendAsync(RawConnection.Post("GetId", "{}").Replace("POST / ", "POST /?a=b ", StringComparison.Ordinal));

        Assert.Equal("ValidationException:", (await connection.ReadAsync()).Headers["x-amzn-ErrorType"]);
    }

    [Fact]
    public async Task The_date_is_right_because_clients_set_their_clocks_by_it()
    {
        var answer = await server.Client.CallAsync("GetId", "{}");

        Assert.InRange((TimeProvider.System.GetUtcNow() - answer.Headers.Date!.Value).TotalSeconds, -2, 5);
    }

    private int Errors() => server.Server.Log.Split('\n').Count(line =>
        line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal)
            || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal));
}
