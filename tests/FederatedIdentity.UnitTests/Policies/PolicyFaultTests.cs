using FederatedIdentity.Domain.Policies;
using static FederatedIdentity.Domain.Policies.PolicyKind;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>What is refused, with which sentence, and where.</summary>
public sealed class PolicyFaultTests
{
    private const string Syntax = "Syntax errors in policy.";
    private const string Json = "This policy contains invalid Json";
    private const string Empty = "Could not parse the policy: Statement is empty!";
    private const string Vendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    private const string SidRule =
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";

    private const string StsOnly = "AssumeRole policy may only specify STS AssumeRole actions.";
    private const string Service = "Resource vendor must be fully qualified and cannot contain regexes.";
    private const string Rest = "'Effect':'Allow','Action':'s3:GetObject','Resource':'*'";

    public static TheoryData<string, PolicyKind, string, string> Documents => new()
    {
        { "", Identity, Json, "line 1, column 1" },
        { "{", Identity, Json, "line 1, column 2" },
        { "{'Statement':[],}", Identity, Json, "line 1, column 17" },
        { "{\n 'Version': x}", Identity, Json, "line 2, column 13" },
        { "[]", Identity, Json, "" },
        { "null", Trust, Json, "" },
        { "{} {}", Trust, Json, "line 1, column 4" },
        { "/* */{}", Trust, Json, "line 1, column 1" },
        { "{'Version':'2012-10-17','Version':'2012-10-17','Statement':[]}", Identity, Json, "" },
        { $"{{'Statement':{{{Rest},'Effect':'Deny'}}}}", Identity, Json, "" },
        { $"{{'Statement':{{{Rest},'Condition':[[[[[1]]]]]}}}}", Identity, Json, "line 1, column 87" },
        { "{}", Identity, Empty, "Statement" },
        { "{'Statement':[]}", Trust, Empty, "Statement" },
        { "{'Statement':'x'}", Identity, Syntax, "Statement" },
        { "{'Statement':[{},1]}", Identity, "Missing required field Effect", "Statement[0]" },
        { $"{{'Statement':[{{{Rest}}},1]}}", Identity, Syntax, "Statement[1]" },
        { $"{{'Version':'2012-10-18','Statement':{{{Rest}}}}}", Identity, "The policy must contain a valid version string", "Version" },
        { $"{{'Version':2012,'Statement':{{{Rest}}}}}", Session, "The policy must contain a valid version string", "Version" },
        { $"{{'Id':1,'Statement':{{{Rest}}}}}", Identity, Syntax, "Id" },
        { $"{{'statement':{{{Rest}}}}}", Identity, "Unknown field statement", "" },
        { $"{{'Comment':'x','Statement':{{{Rest}}}}}", Identity, "Unknown field Comment", "" },
    };

    public static TheoryData<string, PolicyKind, string, string> Statements => new()
    {
        { $"{Rest},'Comment':'x'", Identity, "Unknown field Comment", "" },
        { $"{Rest},'Sid':'a b'", Identity, SidRule, ".Sid" },
        { $"{Rest},'Sid':1", Identity, Syntax, ".Sid" },
        { "'Action':'s3:GetObject','Resource':'*'", Identity, "Missing required field Effect", "" },
        { "'Effect':'allow','Action':'s3:GetObject','Resource':'*'", Identity, "Invalid effect: allow", ".Effect" },
        { "'Effect':true,'Action':'s3:GetObject','Resource':'*'", Identity, "Invalid effect: true", ".Effect" },
        { $"{Rest},'Principal':'*'", Identity, "Policy document should not specify a principal.", ".Principal" },
        { $"{Rest},'NotPrincipal':{{'AWS':'*'}}", Session, "Policy document should not specify a principal.", ".NotPrincipal" },
        { "'Effect':'Allow','Resource':'*'", Identity, "Policy statement must contain actions.", "" },
        { "'Effect':'Allow','Action':[],'Resource':'*'", Identity, "Policy statement must contain actions.", ".Action" },
        { "'Effect':'Allow','NotAction':[],'Resource':'*'", Identity, "Policy statement must contain actions.", ".NotAction" },
        { "'Effect':'Allow','Action':'a:B','NotAction':'a:B','Resource':'*'", Identity, Syntax, "" },
        { "'Effect':'Allow','Action':1,'Resource':'*'", Identity, Syntax, ".Action" },
        { "'Effect':'Allow','Action':['a:B',null],'Resource':'*'", Identity, Syntax, ".Action" },
        { "'Effect':'Allow','Action':{'a':'b'},'Resource':'*'", Identity, Syntax, ".Action" },
        { "'Effect':'Allow','Action':'GetObject','Resource':'*'", Identity, Vendor, ".Action" },
        { "'Effect':'Allow','Action':'','Resource':'*'", Identity, Vendor, ".Action" },
        { "'Effect':'Allow','Action':'a:b:c','Resource':'*'", Identity, "Actions/Condition can contain only one colon.", ".Action" },
        { "'Effect':'Allow','Action':'s*:Get','Resource':'*'", Identity, "Vendor s* is not valid", ".Action" },
        { "'Effect':'Allow','Action':':Get','Resource':'*'", Identity, "Vendor  is not valid", ".Action" },
        { "'Effect':'Allow','Action':'s3:','Resource':'*'", Identity, "Action s3: is not valid", ".Action" },
        { "'Effect':'Allow','Action':'s3:Get Object','Resource':'*'", Identity, "Action s3:Get Object is not valid", ".Action" },
        {
            "'Effect':'Allow','Action':'s3:${aws:username}','Resource':'*'", Identity, "Actions/Condition can contain only one colon.",
            ".Action"
        },
        { "'Effect':'Allow','Action':'s3:GetObject'", Identity, "Policy statement must contain resources.", "" },
        { "'Effect':'Allow','Action':'s3:GetObject','Resource':[]", Session, "Policy statement must contain resources.", ".Resource" },
        { $"{Rest},'NotResource':'*'", Identity, Syntax, "" },
        { "'Effect':'Allow','Action':'s3:GetObject','Resource':[1]", Identity, Syntax, ".Resource" },
        { Resource("bucket"), Identity, "Resource bucket must be in ARN format or \"*\".", ".Resource" },
        { Resource("**"), Identity, "Resource ** must be in ARN format or \"*\".", ".Resource" },
        { Resource(""), Identity, "Resource  must be in ARN format or \"*\".", ".Resource" },
        { Resource("ARN:aws:s3:::b"), Identity, "Resource ARN:aws:s3:::b must be in ARN format or \"*\".", ".Resource" },
        { Resource("arn:a*:s3:::b"), Identity, "Partition \"a*\" is not valid for resource \"arn:a*:s3:::b\".", ".Resource" },
        { Resource("arn::s3:::b"), Identity, "Partition \"\" is not valid for resource \"arn::s3:::b\".", ".Resource" },
        { Resource("arn:aws"), Identity, Service, ".Resource" },
        { Resource("arn:aws::::b"), Identity, Service, ".Resource" },
        { Resource("arn:aws:*:::b"), Identity, Service, ".Resource" },
        { Resource("arn:aws:s?:::b"), Identity, Service, ".Resource" },
        { Resource("arn:aws:s3::b"), Identity, "The policy failed legacy parsing", ".Resource" },
        {
            Resource("arn:aws:iam:us-east-1:1:user/x"), Identity,
            "IAM resource arn:aws:iam:us-east-1:1:user/x cannot contain region information.", ".Resource"
        },
        {
            Resource("arn:aws:s3::${k:a}:b"), Identity,
            "Resource arn:aws:s3::${k:a}:b can have policy variables only after the fifth colon.", ".Resource"
        },
        { Resource("arn:aws:s3:::${k:a"), Identity, "The policy variable at \"${k:a\" is not valid.", ".Resource" },
        { Resource("arn:aws:s3:::${}"), Identity, "The policy variable at \"${}\" is not valid.", ".Resource" },
        { Resource("arn:aws:s3:::${a}"), Identity, "The policy variable at \"${a}\" is not valid.", ".Resource" },
        { Resource("arn:aws:s3:::${ k:a}"), Identity, "The policy variable at \"${ k:a}\" is not valid.", ".Resource" },
        { Resource("arn:aws:s3:::${k:a, x}"), Identity, "The policy variable at \"${k:a, x}\" is not valid.", ".Resource" },
        { Resource("arn:aws:s3:::${k:${k:a}}"), Identity, "The policy variable at \"${k:${k:a}}\" is not valid.", ".Resource" },
        { Resource("arn:aws:s3:::${k:a,\\u0027x\\u0027"), Identity, "The policy variable at \"${k:a,'x'\" is not valid.", ".Resource" },
        { Resource("arn:aws:s3:::${**}"), Identity, "The policy variable at \"${**}\" is not valid.", ".Resource" },
    };

    public static TheoryData<string, string, string> Conditions => new()
    {
        { "'x'", Syntax, "" },
        { "{'StringEqual':{'k:a':'x'}}", "Invalid Condition type : StringEqual", "" },
        { "{'stringEquals':{'k:a':'x'}}", "Invalid Condition type : stringEquals", "" },
        { "{'ForSomeValues:StringEquals':{'k:a':'x'}}", "Invalid Condition type : ForSomeValues:StringEquals", "" },
        { "{'ForAnyValue:ForAllValues:StringEquals':{'k:a':'x'}}", "Invalid Condition type : ForAnyValue:ForAllValues:StringEquals", "" },
        { "{'StringEqualsIfExistsIfExists':{'k:a':'x'}}", "Invalid Condition type : StringEqualsIfExistsIfExists", "" },
        { "{'NullIfExists':{'k:a':'true'}}", "Invalid Condition type : NullIfExists", "" },
        { "{'ForAnyValue:Null':{'k:a':'true'}}", "Invalid Condition type : ForAnyValue:Null", "" },
        { "{'BinaryNotEquals':{'k:a':'AQID'}}", "Invalid Condition type : BinaryNotEquals", "" },
        { "{'ArnEqualsIgnoreCase':{'k:a':'*'}}", "Invalid Condition type : ArnEqualsIgnoreCase", "" },
        { "{'':{'k:a':'true'}}", "Invalid Condition type : ", "" },
        { "{'StringEquals':{}}", Syntax, ".StringEquals" },
        { "{'StringEquals':'x'}", Syntax, ".StringEquals" },
        { "{'StringEquals':{'k:a':[]}}", Syntax, ".StringEquals.k:a" },
        { "{'StringEquals':{'k:a':null}}", Syntax, ".StringEquals.k:a" },
        { "{'StringEquals':{'k:a':{}}}", Syntax, ".StringEquals.k:a" },
        { "{'StringEquals':{'k:a':[['x']]}}", Syntax, ".StringEquals.k:a" },
        { "{'StringEquals':{'username':'x'}}", Vendor, ".StringEquals.username" },
        { "{'StringEquals':{'aws:':'x'}}", Vendor, ".StringEquals.aws:" },
        { "{'StringEquals':{':a':'x'}}", Vendor, ".StringEquals.:a" },
        { "{'StringEquals':{'k:a*':'x'}}", Vendor, ".StringEquals.k:a*" },
        { "{'StringEquals':{' k:a':'x'}}", Vendor, ".StringEquals. k:a" },
        { "{'StringEquals':{'k:a':'${k:b'}}", "The policy variable at \"${k:b\" is not valid.", ".StringEquals.k:a" },
        { "{'NumericEquals':{'k:n':'ten'}}", "The value \"ten\" is not valid for a Numeric condition.", ".NumericEquals.k:n" },
        { "{'NumericEquals':{'k:n':'${k:b}'}}", "The value \"${k:b}\" is not valid for a Numeric condition.", ".NumericEquals.k:n" },
        { "{'NumericLessThan':{'k:n':true}}", "The value \"true\" is not valid for a Numeric condition.", ".NumericLessThan.k:n" },
        { "{'DateLessThan':{'k:t':'soon'}}", "The value \"soon\" is not valid for a Date condition.", ".DateLessThan.k:t" },
        { "{'DateLessThan':{'k:t':'2026-13-01'}}", "The value \"2026-13-01\" is not valid for a Date condition.", ".DateLessThan.k:t" },
        { "{'Bool':{'k:b':'yes'}}", "The value \"yes\" is not valid for a Bool condition.", ".Bool.k:b" },
        { "{'Null':{'k:b':'1'}}", "The value \"1\" is not valid for a Null condition.", ".Null.k:b" },
        { "{'BinaryEquals':{'k:b':'?'}}", "The value \"?\" is not valid for a Binary condition.", ".BinaryEquals.k:b" },
        {
            "{'IpAddress':{'aws:SourceIp':'10.0.0.0/33'}}", "The value \"10.0.0.0/33\" is not valid for a IpAddress condition.",
            ".IpAddress.aws:SourceIp"
        },
        {
            "{'IpAddress':{'aws:SourceIp':'10.0.0'}}", "The value \"10.0.0\" is not valid for a IpAddress condition.",
            ".IpAddress.aws:SourceIp"
        },
        {
            "{'IpAddress':{'aws:SourceIp':'::/129'}}", "The value \"::/129\" is not valid for a IpAddress condition.",
            ".IpAddress.aws:SourceIp"
        },
        {
            "{'IpAddress':{'aws:SourceIp':'10.0.0.0/'}}", "The value \"10.0.0.0/\" is not valid for a IpAddress condition.",
            ".IpAddress.aws:SourceIp"
        },
        { "{'IpAddress':{'aws:SourceIp':'*'}}", "The value \"*\" is not valid for a IpAddress condition.", ".IpAddress.aws:SourceIp" },
        { "{'ArnEquals':{'k:a':'arn:aws:s3'}}", "The value \"arn:aws:s3\" is not valid for a Arn condition.", ".ArnEquals.k:a" },
        { "{'ArnLike':{'k:a':'bucket'}}", "The value \"bucket\" is not valid for a Arn condition.", ".ArnLike.k:a" },
    };

    public static TheoryData<string, string, string> TrustStatements => new()
    {
        { "'Action':'sts:AssumeRole'", "Missing required field Principal", "" },
        { Principal("'everyone'"), "Principal must be a JSON object.", ".Principal" },
        { Principal("['*']"), "Principal must be a JSON object.", ".Principal" },
        { Principal("{}"), "Missing required field Principal cannot be empty!", ".Principal" },
        { Principal("{'AWS':[]}"), Syntax, ".Principal.AWS" },
        { Principal("{'AWS':1}"), Syntax, ".Principal.AWS" },
        { Principal("{'CanonicalUser':'79a5'}"), Invalid("CanonicalUser", "79a5"), ".Principal" },
        { Principal("{'aws':'*'}"), Invalid("aws", "*"), ".Principal" },
        { Principal("{'AWS':'12345'}"), Invalid("AWS", "12345"), ".Principal" },
        { Principal("{'AWS':'arn:aws:iam::111122223333:user/*'}"), Invalid("AWS", "arn:aws:iam::111122223333:user/*"), ".Principal" },
        { Principal("{'AWS':'arn:aws:iam::*:root'}"), Invalid("AWS", "arn:aws:iam::*:root"), ".Principal" },
        { Principal("{'AWS':'arn:aws:iam::111122223333:group/g'}"), Invalid("AWS", "arn:aws:iam::111122223333:group/g"), ".Principal" },
        { Principal("{'AWS':'arn:aws:iam::111122223333:role/'}"), Invalid("AWS", "arn:aws:iam::111122223333:role/"), ".Principal" },
        { Principal("{'AWS':'arn:aws:s3:::b'}"), Invalid("AWS", "arn:aws:s3:::b"), ".Principal" },
        { Principal("{'Federated':'*'}"), Invalid("Federated", "*"), ".Principal" },
        {
            Principal("{'Federated':'arn:aws:iam::111122223333:oidc-provider/'}"), Invalid("Federated",
            "arn:aws:iam::111122223333:oidc-provider/"), ".Principal"
        },
        { Principal("{'Federated':'google'}"), Invalid("Federated", "google"), ".Principal" },
        { Principal("{'Service':'*'}"), Invalid("Service", "*"), ".Principal" },
        { "'NotPrincipal':{'AWS':'111122223333'},'Action':'sts:AssumeRole'", "Allow with NotPrincipal is not allowed.", ".NotPrincipal" },
        { "'Principal':'*','NotPrincipal':{'AWS':'111122223333'},'Action':'sts:AssumeRole'", Syntax, "" },
        { "'Principal':'*'", "Missing required field Action", "" },
        { "'Principal':'*','Action':'*'", StsOnly, ".Action" },
        { "'Principal':'*','Action':'s3:GetObject'", StsOnly, ".Action" },
        { "'Principal':'*','Action':['sts:AssumeRole','sts:GetCallerIdentity']", StsOnly, ".Action" },
        { "'Principal':'*','NotAction':'s3:*'", StsOnly, ".NotAction" },
        { "'Principal':'*','Action':'sts:AssumeRole','Resource':'*'", "Has prohibited field Resource", ".Resource" },
        { "'Principal':'*','Action':'sts:AssumeRole','NotResource':'*'", "AssumeRole policy must not contain resources.", ".NotResource" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_is_refused_with_a_reason_and_a_place(string json, PolicyKind kind, string message, string position) =>
        Assert.Equal(new PolicyFault(message, position), Ask.Fault(json, kind));

    [Theory]
    [MemberData(nameof(Statements))]
    public void A_statement_is_refused_with_a_reason_and_a_place(string members, PolicyKind kind, string message, string place) =>
        Assert.Equal(new PolicyFault(message, $"Statement{place}"), Ask.Fault(Document(members), kind));

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_condition_is_refused_with_a_reason_and_a_place(string condition, string message, string place)
    {
        var fault = Ask.Fault(Document($"{Rest},'Condition':{condition}"));

        Assert.Equal(message, fault.Message);
        Assert.Equal($"Statement.Condition{place}", fault.Position);
    }

    [Theory]
    [MemberData(nameof(TrustStatements))]
    public void A_trust_policy_is_refused_with_a_reason_and_a_place(string members, string message, string place) =>
        Assert.Equal(new PolicyFault(message, $"Statement{place}"), Ask.Fault(Document($"'Effect':'Allow',{members}"), Trust));

    [Theory]
    [InlineData("'Id':'x',", "'Sid':''")]
    [InlineData("'Version':'2012-10-17',", "'Sid':'Ok1','Condition':{}")]
    [InlineData("'Version':'2008-10-17',", "'Condition':{'StringEquals':{'k:a':'${not a variable'}}")]
    public void What_IAM_takes_is_taken(string outside, string inside) =>
        Assert.NotNull(Ask.Policy($"{{{outside}'Statement':{{{Rest},{inside}}}}}"));

    [Fact]
    public void Statement_ids_are_unique_but_may_be_missing_or_empty()
    {
        Assert.NotNull(Ask.Policy($"{{'Statement':[{{{Rest}}},{{{Rest}}},{{{Rest},'Sid':''}},{{{Rest},'Sid':''}},{{{Rest},'Sid':'A'}}]}}"));
        Assert.Equal(
            new PolicyFault("Statement IDs (SID) in a single policy must be unique.", "Statement[1].Sid"),
            Ask.Fault($"{{'Statement':[{{{Rest},'Sid':'A'}},{{{Rest},'Sid':'A'}}]}}"));
    }

    // Not rows of a theory: the runner would write half a character as a whole one.
    [Fact]
    public void Half_a_character_is_refused_and_never_thrown_at()
    {
        foreach (var sid in new[] { "\\ud800", "\ud800", "\\udc00", "\udc00", "\\ud83d\ude00", "\ud83d\\ude00", "\\ud83d\\ud83d\\ude00" })
        {
            Assert.Equal(new PolicyFault(Json, ""), Ask.Fault($"{{'Statement':{{{Rest},'Sid':'{sid}'}}}}"));
            Assert.Equal(new PolicyFault(Json, ""), Ask.Fault($"{{'Statement':{{{Rest},'{sid}':1}}}}"));
        }

        Assert.NotNull(Ask.Policy($"{{'Id':'\\ud83d\\ude00 \ud83d\ude00 \\\\ud800','Statement':{{{Rest}}}}}"));
    }

    [Fact]
    public void A_fault_reads_as_one_line()
    {
        Assert.Equal("Invalid effect: x (Statement.Effect)", new PolicyFault("Invalid effect: x", "Statement.Effect").ToString());
        Assert.Equal(Json, new PolicyFault(Json, "").ToString());
    }

    private static string Document(string members) => $"{{'Version':'2012-10-17','Statement':{{{members}}}}}";

    private static string Resource(string arn) => $"'Effect':'Allow','Action':'s3:GetObject','Resource':'{arn}'";

    private static string Principal(string element) => $"'Principal':{element},'Action':'sts:AssumeRole'";

    private static string Invalid(string type, string name) => $"Invalid principal in policy: \"{type}\":\"{name}\"";
}
